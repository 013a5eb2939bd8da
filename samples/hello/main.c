/* SPDX-License-Identifier: BSD-2-Clause */
/* The hello guest: a tiny kernel that runs a function in User mode and is called
 * back by SVC. It prints the same on a bare CPU and above the hypervisor. */
#include "guest.h"

volatile uint32_t undefined_seen;
static volatile uint32_t calls, caller_mode;

uint32_t on_system_call(uint32_t argument, uint32_t spsr)
{
    calls++;
    caller_mode = spsr & 0x1f;
    return argument + 1;
}

static uint32_t read_cpsr(void)
{
    uint32_t value;

    __asm__ volatile("mrs %0, cpsr" : "=r"(value));
    return value;
}

static uint32_t system_call(uint32_t argument)
{
    register uint32_t r0 __asm__("r0") = argument;

    __asm__ volatile("svc #1" : "+r"(r0) : : "lr", "memory");
    return r0;
}

static uint32_t in_user_mode(uint32_t argument)
{
    uint32_t result;

    /* System mode's SP is User mode's: a stack below this function's own. */
    __asm__ volatile("mov r3, sp\n\t"
                     "cps #0x1f\n\t"
                     "mov sp, r3\n\t"
                     "sub sp, sp, #256\n\t"
                     "cps #0x10\n\t"
                     "mov r0, %1\n\t"
                     "svc #2\n\t"
                     "svc #3\n\t"
                     "mov %0, r0"
                     : "=r"(result)
                     : "r"(argument)
                     : "r0", "r3", "lr", "memory");
    return result;
}

static int expect(const char *what, uint32_t got, uint32_t wanted)
{
    if (got == wanted)
        return 0;
    guest_print("hello: ");
    guest_print(what);
    guest_print_hex(": got ", got);
    guest_print_hex("  wanted ", wanted);
    return 1;
}

uint32_t main(void)
{
    uint32_t midr, wrong = 0;

    guest_print("hello: a guest kernel without its privileges\n");
    wrong += expect("mode", read_cpsr() & 0x1f, 0x13);
    wrong += expect("interrupt mask at start", read_cpsr() >> 6 & 3, 3);
    __asm__ volatile("cpsie i" : : : "memory");
    wrong += expect("interrupt mask after cpsie", read_cpsr() >> 6 & 3, 1);
    __asm__ volatile("cpsid i" : : : "memory");
    wrong += expect("interrupt mask after cpsid", read_cpsr() >> 6 & 3, 3);
    __asm__ volatile("mrc p15, 0, %0, c0, c0, 0" : "=r"(midr));
    wrong += expect("implementer in MIDR", midr >> 24, 0x41);
    __asm__ volatile(".inst 0xe7f000f0" : : : "memory");
    wrong += expect("undefined instruction seen", undefined_seen != 0, 1);
    wrong += expect("system call from the kernel", system_call(41), 42);
    wrong += expect("its caller's mode", caller_mode, 0x13);
    wrong += expect("system call from User mode", in_user_mode(6), 7);
    wrong += expect("its caller's mode", caller_mode, 0x10);
    wrong += expect("system calls", calls, 2);
    guest_print(wrong ? "hello: FAIL\n" : "hello: PASS\n");
    return wrong;
}
