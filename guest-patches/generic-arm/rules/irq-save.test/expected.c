/* SPDX-License-Identifier: BSD-2-Clause */
#include "paravane/pvn_guest.h"
unsigned int save(void)
{
	unsigned int v;
	v = pvn_irq_save();
	return v;
}
