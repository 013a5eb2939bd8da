/* SPDX-License-Identifier: BSD-2-Clause */
#include "paravane/pvn_guest.h"
void put(unsigned int v)
{
	pvn_flags_restore(v);
}
