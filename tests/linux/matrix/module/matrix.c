// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The kernel module of row `module`: built from the same tree as the kernel, ported
 * headers included, it takes interrupts off and on and says so. */
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/slab.h>

static char *memory;

static int __init matrix_init(void)
{
	unsigned long flags;

	memory = kzalloc(4096, GFP_KERNEL);
	if (!memory)
		return -ENOMEM;
	local_irq_save(flags);
	memory[0] = irqs_disabled();
	local_irq_restore(flags);
	pr_info("paravane matrix module: loaded, interrupts %s, then %s\n", memory[0] ? "off" : "on",
		irqs_disabled() ? "off" : "on");
	return 0;
}

static void __exit matrix_exit(void)
{
	kfree(memory);
	pr_info("paravane matrix module: removed\n");
}

module_init(matrix_init);
module_exit(matrix_exit);
MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("Module of the matrix of unmodified programs");
