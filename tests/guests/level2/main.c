/* SPDX-License-Identifier: BSD-2-Clause */
/* Upcalls of every kind, from user and from kernel mode, and the way back; timer,
 * idle, time; page faults with the guest's own tables. */
#include "testing.h"

static uint32_t calls, irqs, pending_at_irq, faults, undefined;
static uint64_t user_stack[256];

void on_syscall(struct upcall_frame* f) {
    calls++;
    switch (f->r[7]) {
    case 1: /* everything but the result is kept */
        f->r[0] = f->r[0] + f->r[12];
        break;
    case 2:
        check("cpsr mode of a user call", f->cpsr & 0x1f, 0x10);
        leave_user(f->r[0]);
    case 3: /* from kernel mode */
        check("cpsr mode of a kernel call", f->cpsr & 0x1f, 0x13);
        f->r[0] = ~f->r[0];
        break;
    }
}

void on_undefined(struct upcall_frame* f) {
    undefined++;
    f->pc += 4;
}

void on_fetch_abort(struct upcall_frame* f) {
    faults++;
    if ((f->cpsr & 0x1f) == 0x10)
        leave_user(0xfe);
    f->pc = f->lr;
}

void on_data_abort(struct upcall_frame* f) {
    faults++;
    f->pc += 4;
}

void on_irq(struct upcall_frame* f) {
    (void)f;
    irqs++;
    pending_at_irq = PAGE->irq_pending;
    check("timer source pending", (uint32_t)claim(PVN_IRQ_SOURCE_TIMER), 1);
    pvn_irq_end(PVN_IRQ_SOURCE_TIMER);
}

/* User code: its own stack, r7 = function. */
static uint32_t user_call(uint32_t number, uint32_t argument) {
    register uint32_t r0 __asm__("r0") = argument;
    register uint32_t r7 __asm__("r7") = number;
    register uint32_t r12 __asm__("r12") = 1000;
    register uint32_t r5 __asm__("r5") = 0x55;

    __asm__ volatile("svc #0x5000" : "+r"(r0) : "r"(r7), "r"(r12), "r"(r5) : "memory", "cc");
    return r0;
}

static void user_main(uint32_t argument) {
    uint32_t result = user_call(1, argument);

    user_call(2, result);
}

static void user_spin(uint32_t argument) {
    uint32_t spins = 0;

    (void)argument;
    while (*(volatile uint32_t*)&irqs < 3)
        spins++;
    user_call(2, spins != 0);
}

static void user_faults(uint32_t argument) {
    __asm__ volatile("ldr r0, [%0]" : : "r"(argument) : "r0", "memory");
    __asm__ volatile(".inst 0xe7f000f0");
    user_call(2, 0x77);
}

static void user_jumps(uint32_t argument) {
    ((void (*)(void))argument)();
    user_call(2, 0);
}

static uint32_t kernel_call(uint32_t argument) {
    register uint32_t r0 __asm__("r0") = argument;
    register uint32_t r7 __asm__("r7") = 3;

    __asm__ volatile("svc #1" : "+r"(r0) : "r"(r7) : "memory", "cc", "lr");
    return r0;
}

static void test_setup(void) {
    check("setup: page not aligned", (uint32_t)pvn_vcpu_setup((uint32_t)PAGE + 4, 0),
          (uint32_t)PVN_STATUS_INVALID_PARAMETER);
    check("setup: flags", (uint32_t)pvn_vcpu_setup((uint32_t)PAGE, 2),
          (uint32_t)PVN_STATUS_INVALID_PARAMETER);
    PAGE->entry_user[1] = 0x40010002;
    check("setup: entry not aligned", (uint32_t)pvn_vcpu_setup((uint32_t)PAGE, 0),
          (uint32_t)PVN_STATUS_INVALID_PARAMETER);
    PAGE->entry_user[1] = 0xfffe1000;
    check("setup: entry in the window", (uint32_t)pvn_vcpu_setup((uint32_t)PAGE, 0),
          (uint32_t)PVN_STATUS_BAD_ADDRESS);
    PAGE->entry_user[1] = 0;
    take_upcalls();
}

static void test_user(void) {
    check("user call, first", run_user(user_main, user_stack + 256, 5), 1005);
    check("user call, second", run_user(user_main, user_stack + 256, 6), 1006);
    check("calls", calls, 4);
    check("kernel call", kernel_call(0x0f0f0f0f), 0xf0f0f0f0);
}

static void test_time(void) {
    uint64_t start = now(), deadline;

    mask();
    pvn_timer_set(now() + 1000000);
    check("idle", (uint32_t)pvn_idle(), PVN_STATUS_SUCCESS);
    check("pending while masked", PAGE->irq_pending != 0, 1);
    check("not delivered while masked", irqs, 0);
    unmask();
    check("delivered when unmasked", irqs, 1);
    check("a millisecond passed", now() - start >= 1000000, 1);
    pvn_timer_set(now() + 1000000);
    deadline = now() + 1000000000;
    while (*(volatile uint32_t*)&irqs < 2 && now() < deadline)
        ;
    check("delivered to kernel code", irqs, 2);
    pvn_timer_set(now() + 1000000);
    check("delivered to user code", run_user(user_spin, user_stack + 256, 0), 1);
    pvn_timer_set(0);
    unmask();
    check("a deadline in the past", irqs, 4);
    pvn_timer_set(~0ull);
}

static void after_a_millisecond(void) {
    mask();
    pvn_timer_set(now() + 1000000);
}

static void test_waiting(void) {
    uint32_t before = irqs;
    volatile uint8_t* raised = &PAGE->irq_raised[PVN_IRQ_SOURCE_TIMER];

    after_a_millisecond();
    check("idle_unmasked", (uint32_t)pvn_idle_unmasked(), PVN_STATUS_SUCCESS);
    check("delivered before it is left", irqs, before + 1);
    check("left unmasked", PAGE->irq_mask, 0);
    after_a_millisecond();
    pvn_idle();
    check("idle_unmasked, pending before", (uint32_t)pvn_idle_unmasked(), PVN_STATUS_SUCCESS);
    check("delivered at once", irqs, before + 2);
    check("irq_pending stands until it is looked at again", pending_at_irq, 1);

    after_a_millisecond();
    PAGE->irq_source_mask[PVN_IRQ_SOURCE_TIMER] = 1;
    unmask();
    while (*raised == PAGE->irq_claimed[PVN_IRQ_SOURCE_TIMER])
        ;
    check("masked at its source", irqs, before + 2);
    check("nothing that is delivered waits", PAGE->irq_pending, 0);
    PAGE->irq_source_mask[PVN_IRQ_SOURCE_TIMER] = 0;
    pvn_irq_end(PVN_NO_SOURCE);
    check("delivered when its source is unmasked", irqs, before + 3);

    check("setup: claims all", (uint32_t)pvn_vcpu_setup((uint32_t)PAGE, PVN_SETUP_CLAIMS_ALL),
          PVN_STATUS_SUCCESS);
    after_a_millisecond();
    pvn_idle();
    check("pending while masked", PAGE->irq_pending, 1);
    unmask();
    check("delivered to who claims all", irqs, before + 4);
    check("irq_pending is clear by then", pending_at_irq, 0);
    check("and stays so", PAGE->irq_pending, 0);
    pvn_timer_set(~0ull);
}

static void test_memory(void) {
    uint32_t end;

    map_sections(RAM_BASE, RAM_BASE, 1, SECTION_USER);
    map_sections(RAM_BASE + 0x100000, RAM_BASE + 0x100000, 1, SECTION_KERNEL);
    map_sections(0x50000000, RAM_BASE + 0x100000, 1, SECTION_USER);
    map_sections(0x50100000, RAM_BASE + 0x100000, 1, SECTION_READ);
    mmu_on();
    *(volatile uint32_t*)0x40100000 = 0x1234;
    check("alias", *(volatile uint32_t*)0x50000000, 0x1234);
    *(volatile uint32_t*)0x50100004 = 0x4321;
    check("kernel store to a page that users read", *(volatile uint32_t*)0x50000004, 0x4321);
    check("user fault on a kernel page", run_user(user_faults, user_stack + 256, 0x40100000), 0x77);
    check("one data abort", faults, 1);
    check("one undefined", undefined, 1);
    check("fault address", PAGE->fault_address, 0x40100000);
    check("fault access", PAGE->fault_access, PVN_FAULT_FLAGS_USER | PVN_FAULT_FLAGS_PRESENT);
    check("fault status", PAGE->fault_status, 0x00d);
    __asm__ volatile("str %0, [%1]" : : "r"(0), "r"(0x60000000) : "memory");
    check("kernel fault on nothing", faults, 2);
    check("its address", PAGE->fault_address, 0x60000000);
    check("its access", PAGE->fault_access, PVN_FAULT_FLAGS_WRITE);
    check("its status", PAGE->fault_status, 0x805);
    end = run_user(user_jumps, user_stack + 256, 0x40100000);
    check("user jump to a kernel page", end, 0xfe);
    check("its address as fetched", PAGE->fault_address, 0x40100000);
    check("user reads the vCPU page", run_user(user_faults, user_stack + 256, (uint32_t)PAGE),
          0x77);
    check("that was refused", PAGE->fault_address, (uint32_t)PAGE);
    check("user reads the window", run_user(user_faults, user_stack + 256, 0xfffee000), 0x77);
    check("that was refused too", PAGE->fault_address, 0xfffee000);
    map_sections(0x50200000, 0x70000000, 1, SECTION_USER);
    __asm__ volatile("ldr r0, [%0]" : : "r"(0x50200010) : "r0", "memory");
    check("past the end of RAM: status", PAGE->fault_status, 0x8);
}

/* Second-level descriptors whose low bits mean what the guest says, and ARM's again. */
static void test_page_format(void) {
    static uint32_t format[4096] __attribute__((aligned(4096)));
    static uint32_t pages[256] __attribute__((aligned(1024)));
    const uint32_t before = faults;
    uint32_t features = 0;

    pvn_features(0, &features);
    if (!(features & PVN_FEATURE_PAGE_FORMAT_MASK)) {
        check("no formats here", (uint32_t)pvn_page_format(0), PVN_STATUS_NOT_SUPPORTED);
        return;
    }
    format[0x5a1] = 0x3e; /* small page, AP 11, write-back */
    pages[0] = (RAM_BASE + 0x100000) | 0x5a1;
    pages[1] = (RAM_BASE + 0x100000) | 0x03e;
    translation_table[0x503] = (uint32_t)pages | 1;
    check("page format", (uint32_t)pvn_page_format((uint32_t)format), PVN_STATUS_SUCCESS);
    check("a page in it", *(volatile uint32_t*)0x50300000, 0x1234);
    __asm__ volatile("ldr r0, [%0]" : : "r"(0x50301000) : "r0", "memory");
    check("a page in ARM's is none now", faults, before + 1);
    check("its status", PAGE->fault_status, 0x7);
    check("ARM's format", (uint32_t)pvn_page_format(0), PVN_STATUS_SUCCESS);
    check("a page in it again", *(volatile uint32_t*)0x50301000, 0x1234);
}

/* Cleaning by set and way costs one line a time, not a whole cache, which would take
 * 54 ms here: kernels walk their caches so. Lines and levels that no cache has are taken
 * as nothing. The bound leaves room for builds that check at each return. */
static void test_set_way(void) {
    uint64_t start = now();

    for (uint32_t set = 0; set < 200; set++) {
        register uint32_t where asm("r4") = set << 6;
        asm volatile("svc #0xc03f24" ::"r"(where)); /* mcr p15, 0, r4, c7, c14, 2 */
    }
    for (uint32_t level = 0; level < 8; level++) {
        register uint32_t where asm("r4") = 0xffffff80 | level << 1;
        asm volatile("svc #0xc03f24" ::"r"(where));
    }
    check("208 lines within 20 ms", now() - start < 20000000, 1);
}

uint32_t main(void) {
    check("version", pvn_version(), PVN_ABI_VERSION);
    check("magic", PAGE->magic, PVN_VCPU_MAGIC);
    check("start mode", PAGE->mode, 0x13);
    check("start mask", PAGE->irq_mask, 0xc0);
    test_setup();
    test_user();
    test_time();
    test_waiting();
    test_memory();
    test_page_format();
    test_set_way();
    check("upcalls counted", PAGE->upcall_count, PAGE->upcall_taken);
    finish("level2");
}
