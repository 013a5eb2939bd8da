/* SPDX-License-Identifier: BSD-2-Clause */
/* Start and exception vectors of the hello guest, written as for a bare CPU: the
 * porting tool turns every sensitive instruction here into a trap. */
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
	msr	cpsr_c, #0xdb			@ Undefined mode
	ldr	sp, =stack_top - 0x1000
	cps	#0x13				@ back to Supervisor mode
	ldr	sp, =stack_top
	run_main

	.text
	exception_vectors

@ Counts system calls; r0 is the argument and the result. SVC #3 does not go back
@ to its caller's mode but stays in Supervisor mode.
supervisor_call:
	push	{r1}
	ldr	r1, [lr, #-4]
	bic	r1, r1, #0xff000000
	cmp	r1, #3
	pop	{r1}
	moveq	pc, lr
	push	{r1, r2, r3, lr}
	mrs	r1, spsr
	bl	on_system_call
	ldm	sp!, {r1, r2, r3, pc}^

@ Steps over one undefined instruction.
undefined:
	push	{r0}
	ldr	r0, =undefined_seen
	str	lr, [r0]
	pop	{r0}
	movs	pc, lr
