/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two of QEMU's virtio-net cards on one hub: what one sends the other receives,
 * in order, none lost while no more than 16 are on the way.
 */
#include "guest.h"
#include "pvn_net.h"

#define FRAMES 4000u
#define WINDOW 16u

static struct pvn_net cards[2];
static pvn_u32 arrived, returned;
static pvn_u32 seed = 1;

static pvn_u32 frame_bytes(pvn_u32 number) {
    return 60 + number * 37 % (PVN_NET_FRAME_LARGEST - 60 + 1);
}

/* A frame of the local experimental type whose bytes follow from its number. */
static void build(char* frame, pvn_u32 number) {
    pvn_u32 i, bytes = frame_bytes(number), state = seed + number;

    for (i = 0; i < bytes; i++) {
        state = state * 1664525u + 1013904223u;
        frame[i] = (char)(state >> 24);
    }
    for (i = 0; i < 6; i++) {
        frame[i] = (char)cards[1].mac[i];
        frame[6 + i] = (char)cards[0].mac[i];
    }
    frame[12] = (char)0x88;
    frame[13] = (char)0xb5;
}

static void receive(void* context, const void* frame, pvn_u32 bytes) {
    static char expected[PVN_NET_FRAME_LARGEST];
    const char* at = (const char*)frame;

    (void)context;
    if (bytes < 14 || at[12] != (char)0x88 || at[13] != (char)0xb5)
        return;
    build(expected, arrived);
    if (bytes != frame_bytes(arrived) || crc32(0, frame, bytes) != crc32(0, expected, bytes))
        fail("net: damaged frame", arrived);
    arrived++;
}

static void sent(struct pvn_net_frame* frame) {
    frame->context = 0;
    returned++;
}

static void pump(struct pvn_net* card) {
    if (pvn_net_interrupt(card))
        while (pvn_net_poll(card) > 0)
            continue;
}

static void start(int which, volatile int* flag) {
    int status;

    cards[which].receive = receive;
    status = pvn_net_start(&cards[which], find_device(PVN_KIND_NET, (unsigned)which), (void*)flag);
    if (status != PVN_OK || pvn_net_link(&cards[which]) != 1)
        fail("net: start", (pvn_u32)status);
}

void check_net(void) {
    static struct pvn_net_frame frames[WINDOW];
    static struct pvn_segment segments[WINDOW][2];
    volatile int flag = 0;
    pvn_u32 out = 0, rounds = 0;
    char* memory = (char*)pvn_baremetal_memory(&machine, WINDOW * 2048, 2048);

    start(0, &flag);
    start(1, &flag);
    for (; arrived < FRAMES && rounds < PATIENCE; rounds++) {
        struct pvn_net_frame* frame = &frames[out % WINDOW];
        struct pvn_segment* parts = segments[out % WINDOW];

        if (out < FRAMES && out - arrived < WINDOW && !frame->context) {
            parts[0].memory = memory + out % WINDOW * 2048;
            build((char*)parts[0].memory, out);
            parts[0].bytes = 14;
            parts[1].memory = (char*)parts[0].memory + 14;
            parts[1].bytes = frame_bytes(out) - 14;
            frame->segments = parts;
            frame->segment_count = 2;
            frame->sent = sent;
            frame->context = frame;
            if (pvn_net_send(&cards[0], frame) != PVN_OK)
                fail("net: send", out);
            pvn_net_kick(&cards[0]);
            out++;
        }
        pump(&cards[0]);
        pump(&cards[1]);
    }
    if (arrived != FRAMES)
        fail("net: frames lost after", arrived);
    for (rounds = 0; returned < FRAMES && rounds < PATIENCE; rounds++) {
        pvn_net_poll(&cards[0]);
    }
    if (returned != FRAMES || !flag)
        fail("net: frames not given back", returned);
    print_number("net frames", arrived);
}
