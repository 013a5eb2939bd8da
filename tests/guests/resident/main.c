/* SPDX-License-Identifier: BSD-2-Clause */
/* Fills its shadow tables with something of every kind and stays: several address
 * spaces, sections and pages, megabytes that mix kernel and user pages, the one of the
 * hypervisor's window among them, and its device if it has one. memory-audit/live.py
 * then reads the machine's memory. */
#include "testing.h"

#define MIXED 0x50000000u
#define HIGH 0xfff00000u
#define OWN 0x60000000u
#define DEVICE 0x0a000000u

static uint64_t user_stack[64];
static uint32_t mixed_table[256] __attribute__((aligned(1024)));
static uint32_t high_table[256] __attribute__((aligned(1024)));

void on_syscall(struct upcall_frame* f) {
    leave_user(f->r[0]);
}

void on_undefined(struct upcall_frame* f) {
    f->pc += 4;
}

void on_fetch_abort(struct upcall_frame* f) {
    (void)f;
    leave_user(0xfe);
}

void on_data_abort(struct upcall_frame* f) {
    check("an abort at", PAGE->fault_address, 0);
    f->pc += 4;
}

void on_irq(struct upcall_frame* f) {
    (void)f;
}

static void user_touches(uint32_t argument) {
    register uint32_t r0 __asm__("r0") = argument;

    *(volatile uint32_t*)(MIXED + 0x1000) = argument;
    *(volatile uint32_t*)(HIGH + 0x11000) = argument;
    *(volatile uint32_t*)OWN = argument;
    __asm__ volatile("svc #0" : : "r"(r0) : "memory");
}

static void make_tables(void) {
    const uint32_t ram = RAM_BASE + 0x100000;
    uint32_t i;

    map_sections(RAM_BASE, RAM_BASE, 1, SECTION_USER);
    map_sections(RAM_BASE + 0x100000, ram, 3, SECTION_KERNEL);
    map_sections(OWN, RAM_BASE + 0x200000, 1, SECTION_USER | NOT_GLOBAL);
    for (i = 0; i < 64; i++) {
        mixed_table[i] = (ram + (i << 12)) | (i & 1 ? 0x3e : 0x1e); /* AP=11, AP=01 */
        high_table[i] = mixed_table[i];
    }
    translation_table[MIXED >> 20] = (uint32_t)mixed_table | 1;
    translation_table[HIGH >> 20] = (uint32_t)high_table | 1;
    translation_table[DEVICE >> 20] = DEVICE | 0x10416; /* device, AP=01, XN */
}

uint32_t main(void) {
    uint32_t asid, i;

    take_upcalls();
    make_tables();
    mmu_on();
    for (asid = 1; asid < 6; asid++) {
        check("space_switch", (uint32_t)pvn_space_switch((uint32_t)translation_table | 0x4a, asid),
              PVN_STATUS_SUCCESS);
        for (i = 0; i < 8; i++)
            *(volatile uint32_t*)(RAM_BASE + 0x180000 + (i << 12)) = i;
        check("user code", run_user(user_touches, user_stack + 64, asid), asid);
        *(volatile uint32_t*)MIXED = asid;
        *(volatile uint32_t*)(HIGH + 0x10000) = asid;
    }
    if (PAGE->boot.region_count > 1)
        (void)*(volatile uint32_t*)(DEVICE + 0xfe0);
    guest_print(failures ? "resident: FAIL\n" : "resident: ready\n");
    for (;;)
        pvn_idle();
}
