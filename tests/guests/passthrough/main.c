/* SPDX-License-Identifier: BSD-2-Clause */
/* A PL031 of its own: its registers, by addresses of the guest's choice with the MMU
 * off and on, and its interrupt, which comes again only after the guest ended it. */
#include "testing.h"

#define SOURCE PVN_IRQ_SOURCE_PASSTHROUGH_FIRST
#define MAPPED 0xd0000000u

enum { DATA = 0, MATCH = 4, MASK = 0x10, STATUS = 0x18, CLEAR = 0x1c, PART = 0xfe0 };

static uint32_t base;
static volatile uint32_t irqs, level_lost;

static volatile uint32_t* rtc(uint32_t offset) {
    return (volatile uint32_t*)(base + offset);
}

void on_syscall(struct upcall_frame* f) {
    (void)f;
}

void on_undefined(struct upcall_frame* f) {
    (void)f;
    finish("passthrough: undefined");
}

void on_fetch_abort(struct upcall_frame* f) {
    (void)f;
    finish("passthrough: fetch abort");
}

void on_data_abort(struct upcall_frame* f) {
    (void)f;
    finish("passthrough: data abort");
}

void on_irq(struct upcall_frame* f) {
    (void)f;
    if (claim(PVN_IRQ_SOURCE_TIMER)) {
        pvn_irq_end(PVN_NO_SOURCE);
        return;
    }
    check("its source", (uint32_t)claim(SOURCE), 1);
    level_lost += (*rtc(STATUS) & 1) == 0;
    irqs++;
    *rtc(CLEAR) = 1;
    pvn_irq_end(SOURCE);
}

/* The alarm, one second ahead. */
static void test_alarm(const char* what) {
    const uint32_t before = irqs;
    const uint64_t limit = now() + 3000000000ull;

    *rtc(MASK) = 1;
    *rtc(MATCH) = *rtc(DATA) + 1;
    pvn_timer_set(limit);
    while (irqs == before && now() < limit)
        pvn_idle();
    pvn_timer_set(~0ull);
    check(what, irqs - before, 1);
    check("it still held its line", level_lost, 0);
    *rtc(MASK) = 0;
}

/* Not ended, it does not come again, though the device holds its line. */
static void test_unended(void) {
    const uint32_t before = irqs;

    mask();
    *rtc(MASK) = 1;
    *rtc(MATCH) = *rtc(DATA); /* at once */
    while (!PAGE->irq_pending)
        pvn_idle();
    check("claimed by hand", (uint32_t)claim(SOURCE), 1);
    unmask();
    pvn_timer_set(now() + 50000000);
    pvn_idle();
    check("silent until its end", irqs, before);
    pvn_irq_end(SOURCE);
    pvn_timer_set(now() + 50000000);
    pvn_idle();
    check("again after its end", irqs, before + 1);
    *rtc(MASK) = 0;
}

uint32_t main(void) {
    take_upcalls();
    check("regions", PAGE->boot.region_count, 2);
    check("its kind", PAGE->boot.regions[1].kind, PVN_REGION_KIND_PASSTHROUGH);
    base = (uint32_t)PAGE->boot.regions[1].base;
    check("PrimeCell part", *rtc(PART), 0x31);
    unmask();
    test_alarm("alarm with the MMU off");
    map_sections(RAM_BASE, RAM_BASE, 1, SECTION_KERNEL);
    map_sections(MAPPED, base & 0xfff00000, 1, 0x10416); /* device, XN */
    mmu_on();
    base = MAPPED | (base & 0xfffff);
    test_alarm("alarm with the MMU on");
    test_alarm("and again");
    test_unended();
    finish("passthrough");
}
