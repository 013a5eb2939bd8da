/* SPDX-License-Identifier: BSD-2-Clause */
/* Two VMs with the same program and different numbers: all 32 double registers and
 * FPSCR must survive the other's use of the unit. Without FPEXC.EN they are undefined. */
#include "testing.h"

static volatile uint32_t undefined;

void on_syscall(struct upcall_frame* f) {
    (void)f;
}

void on_undefined(struct upcall_frame* f) {
    undefined++;
    f->pc += 4;
}

void on_fetch_abort(struct upcall_frame* f) {
    (void)f;
}

void on_data_abort(struct upcall_frame* f) {
    (void)f;
}

void on_irq(struct upcall_frame* f) {
    (void)f;
}

#define FP __asm__ volatile(".fpu neon\n\t"

static void fill(uint64_t* from) {
    FP "vldmia %0!, {d0-d15}\n\tvldmia %0, {d16-d31}" : "+r"(from) : : "memory");
}

static void save(uint64_t* to) {
    FP "vstmia %0!, {d0-d15}\n\tvstmia %0, {d16-d31}" : "+r"(to) : : "memory");
}

uint32_t main(void) {
    uint32_t i, round, fpscr, wanted = PAGE->vm_id << 22;
    uint64_t numbers[32], seen[32];

    take_upcalls();
    save(seen);
    check("undefined before it is enabled", undefined, 2);
    /* CPACR.cp10 and cp11 = 3; FPEXC.EN by its code. */
    __asm__ volatile("mov r0, #0xf00000\n\tsvc %0" : : "i"(0xc00000 | 1 << 11 | 2 << 4) : "r0");
    __asm__ volatile("mov r0, #0x40000000\n\tsvc %0" : : "i"(0xe15000 | 8 << 4) : "r0");
    undefined = 0;
    save(seen);
    for (i = 0; i < 32; i++)
        check("zero at first", (uint32_t)seen[i] | (uint32_t)(seen[i] >> 32), 0);
    for (i = 0; i < 32; i++)
        numbers[i] = (uint64_t)PAGE->vm_id << 40 | i;
    fill(numbers);
    FP "vmsr fpscr, %0" : : "r"(wanted));
    for (round = 0; round < 50; round++) {
        pvn_yield();
        save(seen);
        for (i = 0; i < 32; i++)
            check("a register", (uint32_t)(seen[i] ^ numbers[i]), 0);
        FP "vmrs %0, fpscr" : "=r"(fpscr));
        check("fpscr", fpscr, wanted);
    }
    check("nothing was undefined", undefined, 0);
    finish("floating");
}
