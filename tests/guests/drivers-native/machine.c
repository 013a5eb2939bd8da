/* SPDX-License-Identifier: BSD-2-Clause */
/* The board of this guest: UART, device slots, hash. See guest.h. */
#include "guest.h"

#define UART ((volatile pvn_u32*)0x09000000)
#define SLOTS 32
#define SLOT(i) ((void*)(0x0a000000u + 0x200u * (i)))

struct pvn_baremetal machine;
static struct pvn_mmio slots[SLOTS];
static char arena[48 << 20] __attribute__((aligned(4096)));

void print(const char* text) {
    while (*text)
        UART[0] = (pvn_u32)*text++;
}

void print_number(const char* label, pvn_u32 value) {
    char digits[9];
    int i;

    for (i = 7; i >= 0; i--, value >>= 4)
        digits[i] = "0123456789abcdef"[value & 15];
    digits[8] = 0;
    print(label);
    print(" ");
    print(digits);
    print("\n");
}

void fail(const char* why, pvn_u32 value) {
    print("FAIL: ");
    print_number(why, value);
    guest_exit(1);
}

struct pvn_device* find_device(pvn_u32 kind, unsigned which) {
    int i;

    /* QEMU fills the slots from the last one down. */
    for (i = SLOTS - 1; i >= 0; i--)
        if (slots[i].device.kind == kind && which-- == 0)
            return &slots[i].device;
    fail("no device of kind", kind);
}

pvn_u32 crc32(pvn_u32 crc, const void* data, pvn_u32 bytes) {
    static pvn_u32 table[256];
    const pvn_u8* at = (const pvn_u8*)data;
    pvn_u32 i, bit;

    for (i = table[1] ? 256 : 0; i < 256; i++)
        for (table[i] = i, bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
    for (crc = ~crc; bytes--; at++)
        crc = crc >> 8 ^ table[(crc ^ *at) & 0xff];
    return ~crc;
}

int guest_main(void);

int guest_main(void) {
    int i;

    pvn_baremetal_start(&machine, arena, sizeof(arena), print);
    for (i = 0; i < SLOTS; i++)
        pvn_mmio_probe(&slots[i], &pvn_baremetal_bus, SLOT(i), &machine.os);
    print(find_device(PVN_KIND_BLOCK, 0)->legacy ? "virtio: legacy\n" : "virtio: 1.2\n");
    check_entropy();
    check_console();
    check_net();
    check_block();
    print("PASS: drivers-native\n");
    return 0;
}
