/* SPDX-License-Identifier: BSD-2-Clause */
half:
	ldrht	r5, [r4]
	bx lr
