/* SPDX-License-Identifier: BSD-2-Clause */
/* Start of the vault guest: nothing here needs porting. */
	.arch	armv7-a
	.syntax	unified
	.arm

	.section .head, "ax"
	.global	start
start:
	ldr	sp, =stack_top
	ldr	r0, =bss_start
	ldr	r1, =bss_end
	mov	r2, #0
1:	cmp	r0, r1
	strlo	r2, [r0], #4
	blo	1b
	bl	main
	b	guest_exit
