/* SPDX-License-Identifier: BSD-2-Clause */
#include "paravane/pvn_guest.h"
unsigned int get(void)
{
	unsigned int v;
	v = pvn_flags();
	return v;
}
