/* SPDX-License-Identifier: BSD-2-Clause */
/* Start of the vault guest: nothing here needs porting. */
#include "start.inc"

	.arch	armv7-a
	.syntax	unified
	.arm

	.section .head, "ax"
	.global	start
start:
	ldr	sp, =stack_top
	run_main
