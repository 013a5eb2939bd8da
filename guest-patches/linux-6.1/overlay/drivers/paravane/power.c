// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A panic ends the VM at once, so that its restart policy and its host learn of it.
 * Power off and reset are PSCI's. */
#include <linux/init.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <paravane/stubs.h>

static int pvn_panicked(struct notifier_block *block, unsigned long event, void *text)
{
	pvn_stop(PVN_STOP_REASON_PANIC, 0);
	return NOTIFY_DONE;
}

static struct notifier_block pvn_panic_block = { .notifier_call = pvn_panicked, .priority = INT_MIN };

static int __init pvn_power_init(void)
{
	return atomic_notifier_chain_register(&panic_notifier_list, &pvn_panic_block);
}
early_initcall(pvn_power_init);
