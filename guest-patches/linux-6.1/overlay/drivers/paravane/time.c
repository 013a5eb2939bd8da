// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Clock source and clock event. Where the core has the generic timer, time is its
 * virtual counter, read in place by the kernel and its vDSO; elsewhere it is the
 * hypervisor's monotonic clock in nanoseconds. The event is a one-shot deadline on
 * that clock.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/interrupt.h>
#include <linux/math64.h>
#include <linux/of_irq.h>
#include <linux/sched_clock.h>
#include <asm/delay.h>
#include <paravane/page.h>
#include <paravane/stubs.h>

static u64 notrace pvn_time(void)
{
	pvn_u64 ns;

	pvn_time_read(&ns);
	return ns;
}

static u64 notrace pvn_counter(void)
{
	u64 ticks;

	asm volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(ticks) : : "memory");
	return ticks;
}

static unsigned long notrace pvn_delay_counter(void)
{
	return pvn_counter();
}

static struct delay_timer pvn_delay = { .read_current_timer = pvn_delay_counter };

static u64 notrace pvn_read_counter(struct clocksource *source)
{
	return pvn_counter();
}

static u64 notrace pvn_read_time(struct clocksource *source)
{
	return pvn_time();
}

static struct clocksource pvn_clocksource = {
	.name = "paravane",
	.rating = 400,
	.read = pvn_read_time,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

/* The counter on the deadline's clock: ns = base + (ticks * mult >> shift). */
static struct {
	u64 base;
	u32 mult, shift;
} pvn_scale;

static u64 pvn_now(void)
{
	return pvn_scale.mult ? pvn_scale.base + mul_u64_u32_shr(pvn_counter(), pvn_scale.mult,
								 pvn_scale.shift)
			      : pvn_time();
}

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

static void __init pvn_use_counter(u32 hz)
{
	u32 sequence;

	clocks_calc_mult_shift(&pvn_scale.mult, &pvn_scale.shift, hz, NSEC_PER_SEC, 3600);
	/* Two reads of ours may have another VM's turn between them. */
	do {
		sequence = READ_ONCE(pvn_page->time_sequence);
		pvn_scale.base = READ_ONCE(pvn_page->time_ns) -
				 mul_u64_u32_shr(READ_ONCE(pvn_page->time_counter), pvn_scale.mult,
						 pvn_scale.shift);
	} while (sequence != READ_ONCE(pvn_page->time_sequence));
	pvn_clocksource.read = pvn_read_counter;
#ifdef CONFIG_ARM_ARCH_TIMER
	pvn_clocksource.vdso_clock_mode = VDSO_CLOCKMODE_ARCHTIMER;
#endif
	pvn_delay.freq = hz;
	register_current_timer_delay(&pvn_delay);
	sched_clock_register(pvn_counter, 56, hz);
	clocksource_register_hz(&pvn_clocksource, hz);
}

static int __init pvn_time_init(struct device_node *node)
{
	int irq = irq_of_parse_and_map(node, 0);

	if (!irq)
		return -EINVAL;
	if (pvn_counter_direct()) {
		pvn_use_counter(pvn_page->counter_hz);
	} else {
		sched_clock_register(pvn_time, 64, NSEC_PER_SEC);
		clocksource_register_hz(&pvn_clocksource, NSEC_PER_SEC);
	}
	pvn_event.cpumask = cpumask_of(0);
	pvn_event.irq = irq;
	if (request_irq(irq, pvn_tick, IRQF_TIMER | IRQF_IRQPOLL, "paravane", &pvn_event))
		return -EBUSY;
	clockevents_config_and_register(&pvn_event, NSEC_PER_SEC, 1, UINT_MAX);
	return 0;
}
TIMER_OF_DECLARE(paravane, "paravane,timer", pvn_time_init);
