/* SPDX-License-Identifier: BSD-2-Clause */
word:
	ldrt	r0, [r4]
	bx lr
