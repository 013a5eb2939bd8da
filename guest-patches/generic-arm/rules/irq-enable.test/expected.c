/* SPDX-License-Identifier: BSD-2-Clause */
#include "paravane/pvn_guest.h"
void on(void)
{
	pvn_irq_enable();
}
