/* SPDX-License-Identifier: BSD-2-Clause */
/* LDREX and STREX on pages that a fork would have left read-only: each first store
 * faults, the kernel copies the page and returns, and the loop must come to an end. The
 * same with a timer that interrupts the loops all the time, and by the kernel itself on
 * a page that users only read, where its STREX is emulated. */
#include "testing.h"

#define PAGES 16u
#define USER_AT 0x50000000u
#define SHARED (RAM_BASE + 0x100000u)
#define COPIES (RAM_BASE + 0x200000u)
#define READ_ONLY 0x2eu /* AP=10, write-back, small page */
#define READ_WRITE 0x3eu
#define ROUND 200u

static uint32_t user_stack[64] __attribute__((aligned(8)));
static uint32_t pages[256] __attribute__((aligned(1024)));
static volatile uint32_t copied, irqs, added;
static uint64_t interval;

void on_syscall(struct upcall_frame* f) {
    leave_user(f->r[0]);
}

void on_undefined(struct upcall_frame* f) {
    (void)f;
    leave_user(0xdead0001);
}

void on_fetch_abort(struct upcall_frame* f) {
    (void)f;
    leave_user(0xdead0002);
}

void on_data_abort(struct upcall_frame* f) {
    const uint32_t page = (PAGE->fault_address - USER_AT) >> 12;
    uint32_t i;

    (void)f; /* the STREX is tried again */
    if (page >= PAGES || !(PAGE->fault_access & PVN_FAULT_FLAGS_WRITE) || copied > PAGES)
        leave_user(0xdead0003);
    copied++;
    for (i = 0; i < 1024; i++)
        ((volatile uint32_t*)(COPIES + (page << 12)))[i] =
            ((volatile uint32_t*)(SHARED + (page << 12)))[i];
    pages[page] = (COPIES + (page << 12)) | READ_WRITE;
    pvn_tlb_flush(USER_AT + (page << 12), 1, 0, PVN_FLUSH_SCOPE_RANGE);
}

void on_irq(struct upcall_frame* f) {
    (void)f;
    irqs++;
    claim(PVN_IRQ_SOURCE_TIMER);
    pvn_timer_set(now() + interval);
    pvn_irq_end(PVN_NO_SOURCE);
}

static void add_one(volatile uint32_t* word) {
    uint32_t value, failed;

    do {
        __asm__ volatile("ldrex %0, [%2]\n\tadd %0, %0, #1\n\tstrex %1, %0, [%2]"
                         : "=&r"(value), "=&r"(failed)
                         : "r"(word)
                         : "memory");
    } while (failed);
}

/* Until so many interrupts have come. */
static void user_adds(uint32_t wanted) {
    register uint32_t r0 __asm__("r0");
    uint32_t i, page;

    do {
        for (i = 0; i < ROUND; i++, added++)
            for (page = 0; page < PAGES; page++)
                add_one((volatile uint32_t*)(USER_AT + (page << 12) + 8));
    } while (irqs < wanted);
    r0 = 0x600d;
    __asm__ volatile("svc #0" : : "r"(r0) : "memory");
}

static void share_pages(void) {
    uint32_t page;

    for (page = 0; page < PAGES; page++) {
        *(volatile uint32_t*)(SHARED + (page << 12) + 8) = page;
        pages[page] = (SHARED + (page << 12)) | READ_ONLY;
        pvn_tlb_flush(USER_AT + (page << 12), 1, 0, PVN_FLUSH_SCOPE_RANGE);
    }
    copied = added = 0;
}

static void check_sums(void) {
    uint32_t page;

    check("pages copied", copied, PAGES);
    for (page = 0; page < PAGES; page++) {
        check("the copy", *(volatile uint32_t*)(COPIES + (page << 12) + 8), page + added);
        check("what was shared", *(volatile uint32_t*)(SHARED + (page << 12) + 8), page);
    }
}

uint32_t main(void) {
    uint32_t i;

    take_upcalls();
    map_sections(RAM_BASE, RAM_BASE, 1, SECTION_USER);
    map_sections(RAM_BASE + 0x100000, RAM_BASE + 0x100000, 3, SECTION_KERNEL);
    translation_table[USER_AT >> 20] = (uint32_t)pages | 1;
    mmu_on();
    share_pages();
    check("user code alone", run_user(user_adds, user_stack + 64, 0), 0x600d);
    check_sums();
    share_pages();
    interval = now(); /* some way between two interrupts, however slow a trap is */
    pvn_yield();
    interval = 4 * (now() - interval) + 3000;
    pvn_timer_set(now() + interval);
    check("user code, interrupted", run_user(user_adds, user_stack + 64, 20), 0x600d);
    pvn_timer_set(~0ull);
    unmask();
    check_sums();
    pages[0] = SHARED | READ_ONLY;
    pvn_tlb_flush(USER_AT, 1, 0, PVN_FLUSH_SCOPE_RANGE);
    for (i = 0; i < 50; i++)
        add_one((volatile uint32_t*)(USER_AT + 8));
    check("the kernel on a page that users read", *(volatile uint32_t*)(SHARED + 8), 50);
    finish("copy-on-write");
}
