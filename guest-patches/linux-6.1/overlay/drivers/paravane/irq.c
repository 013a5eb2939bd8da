// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Interrupt controller: the pending bytes of the vCPU page. Masking, unmasking
 * and claiming are stores; only an unmask that finds its source waiting calls.
 */
#include <linux/irq.h>
#include <linux/irqchip.h>
#include <linux/irqdomain.h>
#include <asm/exception.h>
#include <asm/system_misc.h>
#include <paravane/stubs.h>
#include <paravane/page.h>

void pvn_upcall_init(void);

static struct irq_domain *pvn_domain;
static unsigned int pvn_sources; /* that have an interrupt: those below this one */

static bool pvn_waits(unsigned int source)
{
	return READ_ONCE(pvn_page->irq_raised[source]) != pvn_page->irq_claimed[source];
}

static void pvn_irq_mask(struct irq_data *data)
{
	WRITE_ONCE(pvn_page->irq_source_mask[data->hwirq], 1);
}

static void pvn_irq_unmask(struct irq_data *data)
{
	WRITE_ONCE(pvn_page->irq_source_mask[data->hwirq], 0);
	barrier();
	if (pvn_waits(data->hwirq))
		pvn_irq_end(PVN_NO_SOURCE);
}

static void pvn_irq_eoi(struct irq_data *data)
{
	if (data->hwirq >= PVN_IRQ_SOURCE_PASSTHROUGH_FIRST)
		pvn_irq_end(data->hwirq);
}

static struct irq_chip pvn_chip = {
	.name = "paravane",
	.irq_mask = pvn_irq_mask,
	.irq_unmask = pvn_irq_unmask,
	.irq_eoi = pvn_irq_eoi,
	.flags = IRQCHIP_SKIP_SET_WAKE,
};

static int pvn_map(struct irq_domain *domain, unsigned int irq, irq_hw_number_t source)
{
	pvn_sources = max_t(unsigned int, pvn_sources, source + 1);
	irq_set_chip_and_handler(irq, &pvn_chip, handle_fasteoi_irq);
	return 0;
}

static const struct irq_domain_ops pvn_domain_ops = {
	.map = pvn_map,
	.xlate = irq_domain_xlate_onecell,
};

/* Whether one of the four sources from this one on waits. */
static bool pvn_four_wait(unsigned int source)
{
	return *(volatile u32 *)&pvn_page->irq_raised[source] !=
	       *(volatile u32 *)&pvn_page->irq_claimed[source];
}

static void __exception_irq_entry pvn_handle(struct pt_regs *regs)
{
	unsigned int first, source;

	for (first = 0; first < pvn_sources; first += 4) {
		if (!pvn_four_wait(first))
			continue;
		for (source = first; source < first + 4; source++) {
			u8 raised = READ_ONCE(pvn_page->irq_raised[source]);

			if (raised == pvn_page->irq_claimed[source] || pvn_page->irq_source_mask[source])
				continue;
			WRITE_ONCE(pvn_page->irq_claimed[source], raised);
			generic_handle_domain_irq(pvn_domain, source);
		}
	}
}

/* Comes back with the interrupt taken; the unmask that follows in Linux finds none. */
static void pvn_pm_idle(void)
{
	pvn_idle_unmasked();
}

static int __init pvn_irq_init(struct device_node *node, struct device_node *parent)
{
	pvn_domain = irq_domain_add_linear(node, PVN_IRQ_SOURCE_COUNT, &pvn_domain_ops, NULL);
	if (!pvn_domain)
		return -ENOMEM;
	set_handle_irq(pvn_handle);
	arm_pm_idle = pvn_pm_idle;
	if (IS_ENABLED(CONFIG_PARAVANE_UPCALLS))
		pvn_upcall_init();
	return 0;
}
IRQCHIP_DECLARE(paravane, "paravane,intc", pvn_irq_init);
