/* SPDX-License-Identifier: BSD-2-Clause */
#include "paravane/pvn_guest.h"
void off(void)
{
	pvn_irq_disable();
}
