/* SPDX-License-Identifier: BSD-2-Clause */
/* What the small guests share: printing and ending, above the hypervisor by service
 * calls, or natively on QEMU's virt board (PARAVANE_NATIVE) by its UART and
 * semihosting, so that one program runs both ways. */
#ifndef PARAVANE_SAMPLES_GUEST_H
#define PARAVANE_SAMPLES_GUEST_H

#include <stdint.h>

void guest_print(const char *text);
void guest_print_hex(const char *label, uint32_t value);
/* Ends the guest: code 0 is well. */
__attribute__((noreturn)) void guest_exit(uint32_t code);

#endif
