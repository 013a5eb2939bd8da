/* SPDX-License-Identifier: BSD-2-Clause */
/* See testing.h. */
#include "testing.h"

uint32_t failures;
uint32_t translation_table[4096] __attribute__((aligned(16384)));

void take_upcalls(void) {
    static void (*const entries[])(void) = {entry_undefined, entry_syscall, entry_fetch, entry_data,
                                            entry_irq};
    uint32_t i;

    for (i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        PAGE->entry_user[i] = (uint32_t)entries[i];
        PAGE->entry_kernel[i] = (uint32_t)entries[i];
    }
    check("vcpu_setup", (uint32_t)pvn_vcpu_setup((uint32_t)PAGE, 0), PVN_STATUS_SUCCESS);
}

void mask(void) {
    PAGE->irq_mask = 0x80;
}

void unmask(void) {
    PAGE->irq_mask = 0;
    if (PAGE->irq_pending)
        pvn_irq_end(PVN_NO_SOURCE);
}

uint64_t now(void) {
    pvn_u64 ns = 0;

    pvn_time_read(&ns);
    return ns;
}

int claim(uint32_t source) {
    uint8_t raised = PAGE->irq_raised[source];

    if (raised == PAGE->irq_claimed[source])
        return 0;
    PAGE->irq_claimed[source] = raised;
    return 1;
}

void check(const char* what, uint32_t got, uint32_t wanted) {
    if (got == wanted)
        return;
    failures++;
    guest_print("wrong: ");
    guest_print(what);
    guest_print_hex(": got ", got);
    guest_print_hex("  wanted ", wanted);
}

void finish(const char* name) {
    guest_print(name);
    guest_print(failures ? ": FAIL\n" : ": PASS\n");
    guest_exit(failures != 0);
}

void map_sections(uint32_t va, uint32_t pa, uint32_t count, uint32_t attributes) {
    while (count--) {
        translation_table[va >> 20] = pa | attributes;
        va += 0x100000;
        pa += 0x100000;
    }
}

/* Instruction-plane code of MCR p15 with Rt = r0. */
#define MCR_CODE(crn, crm, opc2) (0xc00000 | (crn) << 11 | (crm) << 7 | (opc2) << 4)
#define MRC_CODE(crn, crm, opc2) (MCR_CODE(crn, crm, opc2) | 1 << 18)
#define WRITE_CP15(crn, crm, opc2, value)                                                          \
    do {                                                                                           \
        register uint32_t r0 __asm__("r0") = (value);                                              \
        __asm__ volatile("svc %1" : : "r"(r0), "i"(MCR_CODE(crn, crm, opc2)) : "memory");          \
    } while (0)

void mmu_on(void) {
    uint32_t sctlr;

    WRITE_CP15(2, 0, 0, (uint32_t)translation_table | 0x4a);
    WRITE_CP15(2, 0, 2, 0);
    WRITE_CP15(3, 0, 0, 0x55555555);
    WRITE_CP15(8, 7, 0, 0);
    __asm__ volatile("svc %1\n\tmov %0, r0"
                     : "=r"(sctlr)
                     : "i"(MRC_CODE(1, 0, 0))
                     : "r0", "memory");
    WRITE_CP15(1, 0, 0, sctlr | 1);
}
