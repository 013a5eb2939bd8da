/* SPDX-License-Identifier: BSD-2-Clause */
/* Does what the published figures are about, many times, at addresses that have
 * names: tests/bench/hypervisor.py counts the hypervisor's instructions from each to
 * the guest's next instruction. Run beside bench-peer for the VM switch. */
#include "testing.h"

enum { ROUNDS = 200 };

static uint32_t user_stack[64] __attribute__((aligned(8)));
static volatile uint32_t irqs;

void bench_user_call(uint32_t argument);

void on_syscall(struct upcall_frame* f) {
    if (f->r[7] == 2)
        leave_user(0);
}

void on_undefined(struct upcall_frame* f) {
    f->pc += 4;
}

void on_fetch_abort(struct upcall_frame* f) {
    f->pc = f->lr;
}

void on_data_abort(struct upcall_frame* f) {
    f->pc += 4;
}

void on_irq(struct upcall_frame* f) {
    (void)f;
    irqs++;
    claim(PVN_IRQ_SOURCE_TIMER);
    claim(PVN_IRQ_SOURCE_DOORBELL);
}

/* The named instructions. */
__asm__(".text\n"
        ".global bench_service, bench_reflect, bench_fill, bench_idle, bench_yield\n"
        ".global bench_level0, bench_level0_end, bench_user_call\n"
        "service: ldr r12, =0x86000000\n"
        "bench_service: svc #0x5000\n"
        "bx lr\n"
        "idle: ldr r12, =0x86000004\n"
        "bench_idle: svc #0x5000\n"
        "bx lr\n"
        "yield: ldr r12, =0x86000005\n"
        "bench_yield: svc #0x5000\n"
        "bx lr\n"
        "bench_user_call: mov r4, r0\n"
        "1: mov r7, #1\n"
        "bench_reflect: svc #0\n"
        "subs r4, r4, #1\n"
        "bne 1b\n"
        "mov r7, #2\n"
        "svc #0\n"
        "b .\n"
        "touch:\n"
        "bench_fill: ldr r0, [r0]\n"
        "bx lr\n"
        /* What a level-0 kernel traps on while it boots, in the proportions of the
         * sites of Linux 6.1: masking 32 %, saving 27 % and restoring 29 % of the
         * flags, unmasking 5 %, and one each of thread register, table clean, domain. */
        "level0: push {r4, lr}\n"
        "bench_level0:\n"
        "svc #0xe10000\n" /* mrs r0, cpsr */
        "svc #0xe12640\n" /* cpsid i */
        "svc #0xe11010\n" /* msr cpsr_c, r0 */
        "svc #0xe10001\n"
        "svc #0xe12640\n"
        "svc #0xe11011\n"
        "svc #0xe10005\n" /* mrs r5, cpsr */
        "svc #0xe12640\n"
        "svc #0xe11015\n"
        "svc #0xe10003\n"
        "svc #0xe12640\n"
        "svc #0xe11013\n"
        "svc #0xe12640\n"
        "svc #0xe12440\n" /* cpsie i */
        "svc #0xe12640\n"
        "svc #0xe10002\n"
        "svc #0xe11012\n"
        "svc #0xc46843\n" /* mrc p15, 0, r3, c13, c0, 4 */
        "mov r4, sp\n"
        "svc #0xc03d14\n" /* mcr p15, 0, r4, c7, c10, 1 */
        "svc #0xc41804\n" /* mrc p15, 0, r4, c3, c0, 0 */
        "bench_level0_end:\n"
        "pop {r4, pc}\n");
void service(void);
void idle(void);
void yield(void);
void touch(uint32_t);
void level0(void);

#define CALL(function)                                                                             \
    __asm__ volatile("bl " function : : : "r0", "r1", "r2", "r3", "r12", "lr", "memory", "cc")

uint32_t main(void) {
    static uint32_t table[2][256] __attribute__((aligned(1024)));
    uint32_t i;

    for (i = 0; i < 512; i++)
        table[i / 256][i % 256] = (RAM_BASE + (i << 12)) | 0x83e | (i << 12 & 0);
    map_sections(RAM_BASE, RAM_BASE, 4, SECTION_USER);
    translation_table[0x500] = (uint32_t)table[0] | 1;
    translation_table[0x501] = (uint32_t)table[1] | 1;
    mmu_on();
    pvn_space_switch((uint32_t)translation_table | 0x4a, 5);
    take_upcalls();
    for (i = 0; i < ROUNDS; i++)
        CALL("service");
    run_user(bench_user_call, user_stack + 64, ROUNDS);
    mask();
    for (i = 0; i < ROUNDS; i++)
        CALL("level0");
    for (i = 0; i < 500; i++)
        touch(0x50000000 + (i << 12));
    for (i = 0; i < ROUNDS; i++)
        CALL("yield");
    for (i = 0; i < 50; i++) {
        pvn_timer_set(now() + 100000);
        CALL("idle");
        unmask();
        mask();
    }
    unmask();
    for (i = irqs + 20; irqs < i;) {
        uint32_t seen = irqs;

        pvn_timer_set(now() + 50000);
        while (irqs == seen)
            ;
    }
    finish("bench");
}
