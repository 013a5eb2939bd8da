/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's virtio-console: echoes the input, each byte plus one, up to a 0 byte. */
#include "guest.h"
#include "pvn_console.h"

static void write_all(struct pvn_console* console, const char* data, pvn_u32 bytes) {
    pvn_u32 rounds;
    int sent;

    for (rounds = 0; bytes && rounds < PATIENCE; rounds++) {
        sent = pvn_console_send(console, data, bytes);
        if (sent < 0)
            fail("console: write", (pvn_u32)sent);
        data += sent;
        bytes -= (pvn_u32)sent;
    }
    if (bytes)
        fail("console: nobody reads", bytes);
}

void check_console(void) {
    static struct pvn_console console;
    static char data[1000];
    volatile int flag = 0;
    pvn_u32 total = 0, crc = 0, idle = 0;
    int i, got, over = 0, status;

    status = pvn_console_start(&console, find_device(PVN_KIND_CONSOLE, 0), (void*)&flag);
    if (status != PVN_OK)
        fail("console: start", (pvn_u32)status);
    while (!over) {
        got = pvn_console_receive(&console, data, sizeof(data));
        if (got < 0)
            fail("console: read", (pvn_u32)got);
        for (i = 0; i < got && !over; i++)
            over = data[i] == 0;
        got = over ? i - 1 : got;
        crc = crc32(crc, data, (pvn_u32)got);
        total += (pvn_u32)got;
        for (i = 0; i < got; i++)
            data[i]++;
        write_all(&console, data, (pvn_u32)got);
        /* Sleep as a system would: nothing is looked at before a wake-up. */
        for (flag = got > 0; !flag && !over && idle < PATIENCE; idle++)
            pvn_console_interrupt(&console);
        if (idle == PATIENCE)
            fail("console: no input after", total);
    }
    print_number("console bytes", total);
    print_number("console crc", crc);
}
