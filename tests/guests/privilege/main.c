/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kernel keeps from its own user code in the places where both share more than
 * usual: emulated LDRT and STRT beside the hypervisor's window, where no domain can be
 * closed, and a floating-point unit that CPACR opens for the kernel alone. */
#include "testing.h"

#define SECRET 0xfff10000u
#define OPEN 0xfff11000u
#define SECRET_WORD 0x005ec2e7u

static volatile uint32_t aborts, undefined, skip = 4;
static uint64_t user_stack[64];
static uint32_t high_table[256] __attribute__((aligned(1024)));

void on_syscall(struct upcall_frame* f) {
    leave_user(f->r[0]);
}

void on_undefined(struct upcall_frame* f) {
    undefined++;
    f->pc += 4;
}

void on_fetch_abort(struct upcall_frame* f) {
    (void)f;
    leave_user(0xfe);
}

void on_data_abort(struct upcall_frame* f) {
    aborts++;
    f->pc += skip;
}

void on_irq(struct upcall_frame* f) {
    (void)f;
}

/* ESCAPE_NEXT and the instruction: an abort is skipped as both. */
static uint32_t load_as_user(uint32_t at) {
    uint32_t value = 0;

    skip = 8;
    __asm__ volatile("svc #0xe1a000\n\tldrt %0, [%1]" : "+r"(value), "+r"(at) : : "memory");
    skip = 4;
    return value;
}

static void store_as_user(uint32_t at, uint32_t value) {
    skip = 8;
    __asm__ volatile("svc #0xe1a000\n\tstrt %0, [%1]" : : "r"(value), "r"(at) : "memory");
    skip = 4;
}

static void test_unprivileged(void) {
    const uint32_t ram = RAM_BASE + 0x100000;

    map_sections(RAM_BASE, RAM_BASE, 1, SECTION_USER);
    map_sections(0x40100000, ram, 1, SECTION_KERNEL);
    high_table[0x10] = (ram + 0x10000) | 0x1e;  /* AP=01 */
    high_table[0x11] = (ram + 0x11000) | 0x3e;  /* AP=11 */
    translation_table[0xfff] = (uint32_t)high_table | 1;
    mmu_on();
    *(volatile uint32_t*)SECRET = SECRET_WORD;
    *(volatile uint32_t*)OPEN = 0x11223344;
    check("the kernel's own load", *(volatile uint32_t*)SECRET, SECRET_WORD);
    check("LDRT of a kernel page beside the window", load_as_user(SECRET), 0);
    check("was an abort", aborts, 1);
    check("at its address", PAGE->fault_address, SECRET);
    check("a permission fault", PAGE->fault_status, 0x00f);
    check("the kernel's own load, after", *(volatile uint32_t*)SECRET, SECRET_WORD);
    store_as_user(SECRET, 0);
    check("STRT to it was an abort", aborts, 2);
    check("and did not arrive", *(volatile uint32_t*)SECRET, SECRET_WORD);
    check("LDRT of a user page there", load_as_user(OPEN), 0x11223344);
    store_as_user(OPEN, 0x55667788);
    check("STRT to it", *(volatile uint32_t*)OPEN, 0x55667788);
    check("LDRT of a kernel section", load_as_user(0x40100000), 0);
    check("was an abort too", aborts, 3);
}

#define FP __asm__ volatile(".fpu neon\n\t"

static void user_floats(uint32_t argument) {
    register uint32_t r0 __asm__("r0") = argument;

    FP "vmov %0, s0" : "+r"(r0));
    __asm__ volatile("svc #0" : : "r"(r0));
}

static uint32_t set_access(uint32_t cpacr) {
    __asm__ volatile("mov r0, %0\n\tsvc %1" : : "r"(cpacr), "i"(0xc00000 | 1 << 11 | 2 << 4) : "r0");
    undefined = 0;
    return run_user(user_floats, user_stack + 64, 0x77);
}

static void test_floating_point(void) {
    uint32_t round;

    check("user code before any access", set_access(0), 0x77);
    check("is undefined", undefined, 1);
    set_access(0xf00000); /* FPEXC is out of reach before it */
    __asm__ volatile("mov r0, #0x40000000\n\tsvc %0" : : "i"(0xe15000 | 8 << 4) : "r0");
    for (round = 0; round < 3; round++) {
        check("user code with access", set_access(0xf00000), round ? 0x1234 + round : 0);
        check("is defined", undefined, 0);
        FP "vmov s0, %0" : : "r"(0x1235 + round));
        check("user code beside a kernel with access", set_access(0x500000), 0x77);
        check("is undefined too", undefined, 1);
        undefined = 0;
        FP "vmov s0, %0" : : "r"(0x1235 + round));
        check("that kernel itself", undefined, 0);
        check("user code behind it", run_user(user_floats, user_stack + 64, 0x78), 0x78);
        check("is undefined still", undefined, 1);
    }
}

uint32_t main(void) {
    take_upcalls();
    test_floating_point();
    test_unprivileged();
    finish("privilege");
}
