/* SPDX-License-Identifier: BSD-2-Clause */
/* The time words of the vCPU page against time_read, the counter and each other, while
 * a neighbour of the same priority takes every other quantum. */
#include "testing.h"

#define SECOND 1000000000ull
#define YEAR_2024 (1704067200ull * SECOND)
#define HAS(name) (PAGE->features[0] >> PVN_FEATURE_##name & 1)

struct words {
    uint64_t ns, counter, wall, steal;
};

void on_syscall(struct upcall_frame* f) {
    (void)f;
}

void on_undefined(struct upcall_frame* f) {
    f->pc += 4;
}

void on_fetch_abort(struct upcall_frame* f) {
    (void)f;
}

void on_data_abort(struct upcall_frame* f) {
    (void)f;
}

static volatile int interrupts;

void on_irq(struct upcall_frame* f) {
    (void)f;
    interrupts += claim(PVN_IRQ_SOURCE_TIMER);
}

static struct words read_words(void) {
    struct words w;
    uint32_t before;

    do {
        before = PAGE->time_sequence;
        w = (struct words){PAGE->time_ns, PAGE->time_counter, PAGE->wall_ns, PAGE->steal_ns};
    } while ((before & 1) != 0 || before != PAGE->time_sequence);
    return w;
}

static uint64_t counter(void) {
    uint32_t low, high;

    __asm__ volatile("mrrc p15, 1, %0, %1, c14" : "=r"(low), "=r"(high));
    return (uint64_t)high << 32 | low;
}

/* Within `slack` after `at`. */
static void check_time(const char* what, uint64_t got, uint64_t at, uint64_t slack) {
    check(what, got >= at && got - at <= slack ? 0 : (uint32_t)(got - at), 0);
}

static void test_update(void) {
    const uint32_t sequence = PAGE->time_sequence;
    uint64_t before = now();
    struct words w;

    pvn_timer_set(~0ull); /* whoever asks the scheduler gets fresh words */
    w = read_words();
    check("the sequence moved", PAGE->time_sequence != sequence, 1);
    check_time("time_ns", w.ns, before, 200000);
    check("counter_hz", PAGE->counter_hz != 0, 1);
    before = w.ns;
    pvn_timer_set(now() + 3000000);
    while (pvn_idle() == PVN_STATUS_SUCCESS && now() < before + 3000000)
        ;
    check_time("time_ns after idling", read_words().ns, before + 3000000, 40000000);
    check_time("the wall clock's pace", read_words().wall - w.wall, read_words().ns - w.ns, 0);
    check("the wall clock", w.wall >= YEAR_2024 && w.wall < YEAR_2024 + SECOND * 86400, 1);
}

static void test_counter(void) {
    struct words w;
    uint64_t ns;
    uint32_t round, tick = 0, hz;

    for (hz = PAGE->counter_hz; hz <= SECOND; hz += PAGE->counter_hz)
        tick++;
    if (!HAS(COUNTER_DIRECT))
        return;
    for (round = 0; round < 20; round++) {
        uint32_t sequence;

        do { /* no other VM in between */
            sequence = PAGE->time_sequence;
            w = read_words();
            ns = now();
            w.ns += (counter() - w.counter) * tick;
        } while (sequence != PAGE->time_sequence);
        check_time("time by the counter alone", w.ns, ns, 20000);
    }
}

/* Both VMs spin: each gets about half, and what it does not get it is told of. */
static void test_steal(void) {
    const struct words first = read_words();
    struct words last;
    uint64_t seen = now(), own = 0, gap = 0, at;
    volatile uint32_t spins;

    while (seen - first.ns < 80000000) {
        for (spins = 0; spins < 20000; spins++) /* reads of the clock are slow to emulate */
            ;
        at = now();
        if (at - seen > 1000000)
            gap += at - seen;
        else
            own += at - seen;
        seen = at;
    }
    pvn_timer_set(~0ull);
    last = read_words();
    check("some time was stolen", gap > 15000000, 1);
    check("not all of it", own > 15000000, 1);
    check_time("stolen as told", last.steal - first.steal + 12000000, gap, 24000000);
}

/* What was claimed is pending until somebody looks again, which the first unmask asks
 * for, so that the next ones need no call. */
static void test_unmask(void) {
    uint64_t at = 0;

    pvn_time_read(&at);
    interrupts = 0;
    pvn_timer_set(at + 1000000);
    while (interrupts == 0)
        continue;
    mask();
    unmask();
    check("nothing is pending behind an unmask", PAGE->irq_pending, 0);
}

uint32_t main(void) {
    check("time_page is offered", HAS(TIME_PAGE), 1);
    take_upcalls();
    unmask();
    test_steal();
    test_update();
    test_counter();
    test_unmask();
    finish("time");
}
