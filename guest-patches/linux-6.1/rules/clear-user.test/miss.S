/* SPDX-License-Identifier: BSD-2-Clause */
clear:
	strbne	r2, [r0]
	bx lr
