/* SPDX-License-Identifier: BSD-2-Clause */
/* a tiny guest */
	.syntax unified
	.section .vectors, "ax"
_start:
	b	reset
	b	undef		@ never
1:	mrs r0, cpsr ; msr cpsr_c, #0xd3	@ mode
	mrcne	p15, 0, r0, c1, c0, 0 // SCTLR
	ldmia	sp!, {r0-r12, pc}^
	subs	pc, lr, #4
	movs	pc, lr
	srsdb	sp!, #0x13
	rfeia	sp!
	cpsid	if
	cps	#0x1f
	.macro	flush, rt
	mcr	p15, 0, \rt, c8, c7, 0
	.endm
	flush	r3
	isb
	ldrt	r0, [r1], #4
	vmrs	r0, fpexc
	wfi
#define MODE 0x13
	cps	#MODE
	msr	spsr_cxsf, #MODE
	msr	cpsr_c, #(MODE | 0x80)
	ldmne	sp, {r0-lr}^
reset:
undef:	b undef
