/* SPDX-License-Identifier: BSD-2-Clause */
/* What the ported kernel's time.c takes of Linux and of the hypervisor, for clock_subject.c:
 * each look at the time, and each half of a load of 64 bits, is a moment at which
 * clock_test.cpp may give another VM its turn. Its headers all lead here. */
#ifndef PARAVANE_CLOCK_PLATFORM_H
#define PARAVANE_CLOCK_PLATFORM_H

#include <errno.h>
#include <limits.h>
#include <paravane/abi.h>
#include <stdint.h>

typedef uint32_t u32;
typedef uint64_t u64;

/* The machine: clock_test.cpp ---------------------------------------------------- */

extern struct pvn_vcpu_page clock_page;
u64 clock_load(const volatile void* word, unsigned bytes);
u64 clock_counter(void);
void clock_service(u64* ns);
void clock_deadline(u64 ns);

#define pvn_page ((volatile struct pvn_vcpu_page*)&clock_page)
#define pvn_counter_direct() 1
#define pvn_time_read(ns) clock_service((u64*)(ns))
#define pvn_timer_set(ns) clock_deadline(ns)
#define READ_ONCE(word) ((__typeof__((word) + 0))clock_load(&(word), sizeof(word)))
/* The one `asm volatile(…)` of time.c reads the counter. */
#define asm
#define volatile(...) ticks = clock_counter()

/* Linux --------------------------------------------------------------------------- */

#define notrace
#define __init __attribute__((unused))
#define NSEC_PER_SEC 1000000000u
#define CLOCKSOURCE_MASK(bits) (~0ull >> (64 - (bits)))
#define CLOCK_SOURCE_IS_CONTINUOUS 1
#define CLOCK_EVT_FEAT_ONESHOT 1
#define IRQF_TIMER 1
#define IRQF_IRQPOLL 2
#define TIMER_OF_DECLARE(name, compatible, start)

typedef enum { IRQ_HANDLED } irqreturn_t;

struct clocksource {
    const char* name;
    int rating;
    u64 (*read)(struct clocksource*);
    u64 mask;
    int flags;
};

struct clock_event_device {
    const char* name;
    int features, rating, irq;
    int (*set_next_event)(unsigned long, struct clock_event_device*);
    int (*set_state_shutdown)(struct clock_event_device*);
    int (*set_state_oneshot_stopped)(struct clock_event_device*);
    void (*event_handler)(struct clock_event_device*);
    const void* cpumask;
};

struct delay_timer {
    unsigned long (*read_current_timer)(void);
    unsigned long freq;
};

struct device_node;

#define cpumask_of(cpu) ((const void*)0)
#define irq_of_parse_and_map(node, index) ((void)(node), 1)
#define request_irq(irq, handler, flags, name, context) ((void)(handler), 0)
#define clockevents_config_and_register(device, hz, least, most)
#define clocksource_register_hz(source, hz)
#define sched_clock_register(read, bits, hz)
#define register_current_timer_delay(timer)

static inline void clocks_calc_mult_shift(u32* mult, u32* shift, u32 from, u32 to, u32 seconds) {
    (void)seconds;
    *shift = 24;
    *mult = (u32)(((u64)to << 24) / from);
}

static inline u64 mul_u64_u32_shr(u64 value, u32 mult, unsigned shift) {
    return (u64)((unsigned __int128)value * mult >> shift);
}

#endif
