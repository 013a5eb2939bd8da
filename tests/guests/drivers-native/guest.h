/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of this guest share: machine.c below, one check per device above. */
#ifndef GUEST_H
#define GUEST_H

#include "pvn_baremetal.h"

extern struct pvn_baremetal machine;

void guest_exit(int status) __attribute__((noreturn));
void print(const char* text);
void print_number(const char* label, pvn_u32 value);

/* Prints the place and ends the guest with status 1. */
void fail(const char* why, pvn_u32 value) __attribute__((noreturn));

/* The next virtio-mmio device of a kind, counted from 0; fails when there is none. */
struct pvn_device* find_device(pvn_u32 kind, unsigned which);

/* CRC-32 as zlib counts it; begin with 0. */
pvn_u32 crc32(pvn_u32 crc, const void* data, pvn_u32 bytes);

/* Rounds that a wait may take; each polls a register. */
#define PATIENCE 50000000u

void check_entropy(void);
void check_console(void);
void check_block(void);
void check_net(void);

#endif
