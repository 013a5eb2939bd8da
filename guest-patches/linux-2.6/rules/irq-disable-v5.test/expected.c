/* SPDX-License-Identifier: BSD-2-Clause */
#include "paravane/pvn_guest.h"
void f(void)
{
	unsigned long flags;
	pvn_irq_disable();
}
