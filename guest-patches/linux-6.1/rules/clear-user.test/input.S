/* SPDX-License-Identifier: BSD-2-Clause */
clear:
	strbtne	r2, [r0]
	bx lr
