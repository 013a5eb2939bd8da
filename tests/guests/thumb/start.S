/* SPDX-License-Identifier: BSD-2-Clause */
/* The Thumb half of plane/start.S: sensitive Thumb instructions, many of them inside
 * IT blocks, in one mode after the other, written as for a bare CPU. main.c prints what
 * they leave. */
#include "start.inc"

	.arch	armv7-a
	.syntax	unified
	.arm

@ Ported, some instructions stand behind ESCAPE_NEXT as pvport apply leaves them.
	.macro	behind_escape instruction:vararg
#ifndef PARAVANE_NATIVE
	.inst.w	0xf7f1a000
#endif
	\instruction
	.endm

	.section .head, "ax"
	.global	start
start:
	cpsid	if
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0		@ VBAR
	cps	#0x13
	ldr	sp, =stack_top
	run_main

	.text
	exception_vectors

@ SPSR goes to `came_from`: it has the IT bits of the block that was left.
undefined:
	mrs	r10, spsr
	ldr	r9, =came_from
	str	r10, [r9]
	movs	pc, lr				@ over a 16-bit instruction
supervisor_call:
	mrs	r10, spsr
	ldr	r9, =came_from
	str	r10, [r9]
	movs	pc, lr
	.ltorg

@ uint32_t *probe(uint32_t mode, uint32_t *results, uint32_t has_spsr); from
@ Supervisor mode, returns the end of the results.
	.thumb
	.thumb_func
	.global	probe
	.type	probe, %function
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
	mov	r2, sp
	str	r2, [r3]

@ Masks and endianness, by the 16-bit forms.
	cpsie	i
	mrs	r3, cpsr
	str	r3, [r5], #4
	cpsid	if
	mrs	r3, cpsr
	str	r3, [r5], #4
	ldr	r0, =pattern
	setend	be
	ldr	r3, [r0]
	setend	le
	str	r3, [r5], #4
	ldr	r0, =0xa80f0000
	behind_escape msr cpsr_fs, r0
	behind_escape mrs r3, cpsr
	str	r3, [r5], #4

@ IT blocks of each length, traps on either side of them: what passes is done, what
@ does not is passed over, and the block goes on behind each.
	movs	r0, #0
	movs	r1, #0
	movs	r2, #0
	it	eq
	mrseq	r1, cpsr
	stm	r5!, {r1, r2}
	movs	r0, #1
	movs	r1, #0
	it	eq
	mrseq	r1, cpsr
	stm	r5!, {r1, r2}
	cmp	r0, #1
	itete	eq
	mrseq	r1, cpsr
	movne	r1, #0x11
	addeq	r2, r2, #0x22
	mrsne	r2, cpsr
	stm	r5!, {r1, r2}
	cmp	r0, #2
	itete	eq
	mrseq	r1, cpsr
	movne	r1, #0x33
	moveq	r2, #0x44
	mrsne	r2, cpsr
	stm	r5!, {r1, r2}
	cmp	r0, #1
	itttt	ge
	mrsge	r1, cpsr
	mrcge	p15, 0, r2, c2, c0, 2		@ TTBCR
	addge	r2, r2, #0x55
	mrsge	r3, cpsr
	stm	r5!, {r1, r2, r3}

@ An MSR in a block changes the flags that the rest of the block asks for.
	ldr	r0, =0x40000000
	mov	r1, #0
	mov	r2, #0
	movs	r3, #1
	itte	ne
	msrne	cpsr_f, r0
	movne	r1, #0x66
	moveq	r2, #0x77
	stm	r5!, {r1, r2}

@ Coprocessor registers and unprivileged accesses, inside and outside blocks.
	ldr	r0, =0x12345678
	mcr	p15, 0, r0, c13, c0, 4
	cmp	r0, r0
	ite	eq
	mrceq	p15, 0, r3, c13, c0, 4
	mrcne	p15, 0, r3, c1, c0, 0
	str	r3, [r5], #4
	ldr	r0, =scratch
	ldr	r1, =0x8180ff7e
	strt	r1, [r0, #8]
	strbt	r1, [r0, #12]
	strht	r1, [r0, #16]
	ldrt	r2, [r0, #8]
	ldrsbt	r3, [r0, #12]
	stm	r5!, {r2, r3}
	cmp	r0, #0
	ittt	ne
	ldrhtne	r2, [r0, #16]
	ldrshtne r3, [r0, #8]
	ldrbtne	r1, [r0, #9]
	stm	r5!, {r1, r2, r3}

@ System calls and undefined instructions in blocks: SPSR has the rest of the block.
	movs	r3, #0
	ittt	eq
	moveq	r1, #1
	svceq	#7
	moveq	r2, #2
	ldr	r9, =came_from
	ldr	r3, [r9]
	stm	r5!, {r1, r2, r3}
	movs	r3, #1
	mov	r2, #0
	itt	eq
	svceq	#7
	moveq	r2, #2
	ldr	r3, [r9]
	stm	r5!, {r2, r3}
	movs	r3, #0
	ittt	eq
	moveq	r1, #3
	.inst.n	0xde17
	moveq	r2, #4
	ldr	r9, =came_from
	ldr	r3, [r9]
	stm	r5!, {r1, r2, r3}

	cmp	r7, #0
	beq	done

@ What needs an SPSR: reading and writing it, returns, SRS, the bank of another mode.
	ldr	r0, =0x600f01d3
	msr	spsr_cxsf, r0
	mrs	r3, spsr
	str	r3, [r5], #4
	mrs	r1, cpsr
	bic	r1, r1, #0xf0000000
	orr	r1, r1, #0x60000000
	orr	r1, r1, #0x20			@ T
	msr	spsr_cxsf, r1
	ldr	lr, =4f + 4
	subs	pc, lr, #4
	str	r4, [r5], #4			@ jumped over
	.balign	4
4:	mrs	r3, cpsr
	str	r3, [r5], #4
	ldr	r0, =5f
	ldr	r2, =scratch
	orr	r1, r1, #0x80000000
	stm	r2!, {r0, r1}
	mov	r0, #0
	rfedb	r2
	str	r4, [r5], #4			@ jumped over
	.balign	4
5:	mrs	r3, cpsr
	str	r3, [r5], #4
	ldr	lr, =0x22222222
	ldr	r0, =0x800001d3
	msr	spsr_cxsf, r0
	cps	#0x1f				@ 32 bits
	ldr	r0, =scratch + 64
	mov	sp, r0
	msr	cpsr_c, r6
	bic	r3, r6, #0x1f
	orr	r3, r3, r4
	msr	cpsr_c, r3
	srsdb	sp!, #0x1f
	ldr	r0, =scratch + 56
	ldm	r0, {r1, r2}
	stm	r5!, {r1, r2}

done:
	ldr	r3, =saved_sp
	ldr	r2, [r3]
	mov	sp, r2
	msr	cpsr_c, r6
	mov	r0, r5
	ldr	r1, =probe_sp
	ldr	r1, [r1]
	mov	sp, r1
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
