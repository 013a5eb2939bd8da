/* SPDX-License-Identifier: BSD-2-Clause */
/* Written as for a bare CPU: every kind of sensitive instruction in one mode after the
 * other, results to memory. main.c prints them; natively and above the hypervisor they
 * must be the same. */
#include "start.inc"

	.arch	armv7-a
	.syntax	unified
	.arm

	.section .head, "ax"
	.global	start
start:
	cpsid	if
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0		@ VBAR
	cps	#0x1f				@ SRS stores by the SP of another mode
	ldr	sp, =user_stack
	cps	#0x12
	ldr	sp, =irq_stack
	cps	#0x13
	ldr	sp, =stack_top
	run_main

	.text
	exception_vectors

@ Both tell who came: SPSR and own CPSR go to `came_from`. r0-r3 and SP are used by
@ the probe in modes that these share banks with, so they keep to r9-r11.
undefined:
	mrs	r10, spsr
	mrs	r11, cpsr
	ldr	r9, =came_from
	stm	r9, {r10, r11}
	movs	pc, lr				@ over the instruction
supervisor_call:
	mrs	r10, spsr
	mrs	r11, cpsr
	ldr	r9, =came_from
	stm	r9, {r10, r11}
	subs	pc, lr, #0

@ uint32_t *probe(uint32_t mode, uint32_t *results, uint32_t has_spsr); from
@ Supervisor mode, returns the end of the results.
	.global	probe
probe:
	push	{r4-r11, lr}
	ldr	r3, =probe_sp
	str	sp, [r3]
	mov	r4, r0
	mov	r5, r1
	mov	r7, r2
	mrs	r6, cpsr
	bic	r3, r6, #0x1f
	orr	r3, r3, r4
	msr	cpsr_c, r3
	ldr	r3, =saved_sp
	str	sp, [r3]
	mrs	r3, cpsr
	str	r3, [r5], #4

@ Status register: masks, endianness, fields.
	cpsie	i
	mrs	r3, cpsr
	str	r3, [r5], #4
	cpsid	if
	mrs	r3, cpsr
	str	r3, [r5], #4
	ldr	r0, =0xa80f0000
	msr	cpsr_fs, r0
	mrs	r3, cpsr
	str	r3, [r5], #4
	msr	cpsr_f, #0x50000000
	mrs	r3, cpsr
	str	r3, [r5], #4
	ldr	r0, =pattern
	setend	be
	ldr	r3, [r0]
	setend	le
	str	r3, [r5], #4

@ Conditions EQ to LE: one bit each in the word of every setting of the flags. CPSR
@ bit 4 is set in every mode.
	mov	r2, #0
2:	lsl	r0, r2, #28
	mov	r1, #0
	msr	cpsr_f, r0
	mov	r3, #0
	mrseq	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrsne	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrscs	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrscc	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrsmi	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrspl	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrsvs	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrsvc	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrshi	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrsls	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrsge	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrslt	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrsgt	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	mov	r3, #0
	mrsle	r3, cpsr
	ubfx	r3, r3, #4, #1
	orr	r1, r3, r1, lsl #1
	str	r1, [r5], #4
	add	r2, r2, #1
	cmp	r2, #16
	blo	2b

@ Coprocessor registers that store.
	ldr	r0, =0x12345678
	mcr	p15, 0, r0, c13, c0, 4
	mrc	p15, 0, r3, c13, c0, 4
	str	r3, [r5], #4
	add	r0, r0, r4
	mcr	p15, 0, r0, c6, c0, 0
	mrc	p15, 0, r3, c6, c0, 0
	str	r3, [r5], #4
	mcr	p15, 0, r0, c5, c0, 1
	mrc	p15, 0, r3, c5, c0, 1
	str	r3, [r5], #4
	mcr	p15, 0, r0, c3, c0, 0
	mrc	p15, 0, r3, c3, c0, 0
	str	r3, [r5], #4
	mcr	p15, 0, r0, c7, c10, 4
	mcr	p15, 0, r0, c8, c7, 0

@ Unprivileged accesses.
	ldr	r0, =scratch
	ldr	r1, =0x8180ff7e
	strt	r1, [r0], #4
	strbt	r1, [r0], #4
	strht	r1, [r0], #4
	sub	r0, r0, #12
	ldrt	r3, [r0], #0
	str	r3, [r5], #4
	ldrsbt	r3, [r0], #2
	str	r3, [r5], #4
	ldrsht	r3, [r0], #2
	str	r3, [r5], #4
	ldrbt	r3, [r0], #4
	str	r3, [r5], #4
	ldrht	r3, [r0], #-8
	str	r3, [r5], #4
	ldr	r1, =scratch
	sub	r3, r0, r1
	str	r3, [r5], #4

@ RFE into this very mode, with other flags.
	mrs	r1, cpsr
	bic	r1, r1, #0xf0000000
	orr	r1, r1, #0x90000000
	ldr	r0, =3f
	ldr	r2, =scratch
	stm	r2, {r0, r1}
	rfeia	r2!
	str	r2, [r5], #4			@ jumped over
3:	mrs	r3, cpsr
	str	r3, [r5], #4
	ldr	r1, =scratch
	sub	r3, r2, r1
	str	r3, [r5], #4

@ A system call and an undefined instruction; each clobbers the banks of its mode.
	mov	r3, lr
	svc	#7
	ldr	r9, =came_from
	ldm	r9, {r0, r1}
	stm	r5!, {r0, r1}
	.inst	0xe7f000f0
	ldr	r9, =came_from
	ldm	r9, {r0, r1}
	stm	r5!, {r0, r1}

	cmp	r7, #0
	beq	done

@ What needs an SPSR: reading and writing it, returns, SRS, the User bank.
	ldr	r0, =0x600f01d3
	msr	spsr_cxsf, r0
	mrs	r3, spsr
	str	r3, [r5], #4
	msr	spsr_f, #0x90000000
	mrs	r3, spsr
	str	r3, [r5], #4
	mrs	r1, cpsr
	bic	r1, r1, #0xf0000000
	orr	r1, r1, #0x60000000
	msr	spsr_cxsf, r1
	ldr	lr, =4f
	movs	pc, lr
	str	r4, [r5], #4			@ jumped over
4:	mrs	r3, cpsr
	str	r3, [r5], #4
	ldr	lr, =5f + 4
	subs	pc, lr, #4
	str	r4, [r5], #4			@ jumped over
5:	ldr	sp, =scratch + 64
	ldr	r0, =6f
	ldr	r1, =0x11111111
	push	{r0}
	push	{r1}
	ldm	sp!, {r0, pc}^
	str	r4, [r5], #4			@ jumped over
6:	str	r0, [r5], #4
	ldr	lr, =0x22222222
	ldr	r0, =0x800001d3
	msr	spsr_cxsf, r0
	srsdb	sp!, #0x1f
	srsia	sp, #0x12
	cps	#0x1f
	ldm	sp!, {r0, r1}
	msr	cpsr_c, r6
	bic	r3, r6, #0x1f
	orr	r3, r3, r4
	msr	cpsr_c, r3
	stm	r5!, {r0, r1}
	ldr	r0, =scratch + 32
	stm	r0, {r13, r14}^
	ldm	r0, {r2, r3}
	ldr	r1, =scratch
	sub	r2, r2, r1
	str	r2, [r5], #4
	ldr	r1, =0x33333333
	str	r1, [r0, #4]
	ldm	r0, {r13, r14}^
	nop
	stm	r0, {r14}^
	ldr	r3, [r0]
	str	r3, [r5], #4
done:
	ldr	r3, =saved_sp
	ldr	sp, [r3]
	msr	cpsr_c, r6
	mov	r0, r5
	ldr	sp, =probe_sp
	ldr	sp, [sp]
	pop	{r4-r11, pc}
	.ltorg

	.data
	.balign	4
pattern:
	.word	0x01020304
	.bss
	.balign	8
came_from:
	.space	8
saved_sp:
	.space	4
probe_sp:
	.space	4
scratch:
	.space	128
	.space	32
user_stack:
	.space	32
irq_stack:
	.space	32
