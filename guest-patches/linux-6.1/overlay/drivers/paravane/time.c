// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Clock source and clock event. Time is the hypervisor's monotonic clock in
 * nanoseconds; the event is its one-shot deadline on the same clock.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/interrupt.h>
#include <linux/of_irq.h>
#include <linux/sched_clock.h>
#include <paravane/stubs.h>
#include <paravane/page.h>

static u64 notrace pvn_now(void)
{
	pvn_u64 ns;

	pvn_time_read(&ns);
	return ns;
}

static u64 notrace pvn_clocksource_read(struct clocksource *cs)
{
	return pvn_now();
}

static struct clocksource pvn_clocksource = {
	.name = "paravane",
	.rating = 400,
	.read = pvn_clocksource_read,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

static int pvn_set_next_event(unsigned long delta, struct clock_event_device *dev)
{
	pvn_timer_set(pvn_now() + delta);
	return 0;
}

static int pvn_shutdown(struct clock_event_device *dev)
{
	pvn_timer_set(~0ULL);
	return 0;
}

static struct clock_event_device pvn_event = {
	.name = "paravane",
	.features = CLOCK_EVT_FEAT_ONESHOT,
	.rating = 400,
	.set_next_event = pvn_set_next_event,
	.set_state_shutdown = pvn_shutdown,
	.set_state_oneshot_stopped = pvn_shutdown,
};

static irqreturn_t pvn_tick(int irq, void *dev)
{
	pvn_event.event_handler(&pvn_event);
	return IRQ_HANDLED;
}

static int __init pvn_time_init(struct device_node *node)
{
	int irq = irq_of_parse_and_map(node, 0);

	if (!irq)
		return -EINVAL;
	sched_clock_register(pvn_now, 64, NSEC_PER_SEC);
	clocksource_register_hz(&pvn_clocksource, NSEC_PER_SEC);
	pvn_event.cpumask = cpumask_of(0);
	pvn_event.irq = irq;
	if (request_irq(irq, pvn_tick, IRQF_TIMER | IRQF_IRQPOLL, "paravane", &pvn_event))
		return -EBUSY;
	clockevents_config_and_register(&pvn_event, NSEC_PER_SEC, 1, UINT_MAX);
	return 0;
}
TIMER_OF_DECLARE(paravane, "paravane,timer", pvn_time_init);
