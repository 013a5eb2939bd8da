/* SPDX-License-Identifier: BSD-2-Clause */
half:
	ldrh	r5, [r4]
	bx lr
