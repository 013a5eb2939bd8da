/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../../paravane/pvn_guest.h"
clear:
	strbne	r2, [r0]
	bx lr
