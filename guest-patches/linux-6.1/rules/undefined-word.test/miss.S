/* SPDX-License-Identifier: BSD-2-Clause */
word:
	ldr	r0, [r4]
	bx lr
