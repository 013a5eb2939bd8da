/* SPDX-License-Identifier: BSD-2-Clause */
/* See guest.h. */
#include "guest.h"

#ifdef PARAVANE_NATIVE

#ifndef PARAVANE_UART
#define PARAVANE_UART 0x09000000
#endif

void guest_print(const char *text)
{
    while (*text)
        *(volatile uint32_t *)PARAVANE_UART = (uint8_t)*text++;
}

void guest_exit(uint32_t code)
{
    uint32_t block[2] = {0x20026, code};
    register uint32_t r0 __asm__("r0") = 0x20;
    register uint32_t *r1 __asm__("r1") = block;

    __asm__ volatile(".inst 0xe10f0070" /* HLT #0xf000 */ : : "r"(r0), "r"(r1) : "memory");
    for (;;)
        ;
}

#else

#include <paravane/stubs.h>

void guest_print(const char *text)
{
    pvn_u32 length = 0, written;

    while (text[length])
        length++;
    while (length && pvn_console_write((uintptr_t)text, length, &written) == PVN_STATUS_SUCCESS) {
        text += written;
        length -= written;
    }
}

void guest_exit(uint32_t code)
{
    pvn_stop(PVN_STOP_REASON_OFF, code);
    for (;;)
        ;
}

#endif

void guest_print_hex(const char *label, uint32_t value)
{
    static char line[11] = "0x00000000";
    int digit;

    for (digit = 0; digit < 8; digit++)
        line[2 + digit] = "0123456789abcdef"[value >> (28 - 4 * digit) & 0xf];
    guest_print(label);
    guest_print(line);
    guest_print("\n");
}
