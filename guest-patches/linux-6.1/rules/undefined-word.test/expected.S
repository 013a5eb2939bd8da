/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../../paravane/pvn_guest.h"
word:
	ldr	r0, [r4]
	bx lr
