/* SPDX-License-Identifier: BSD-2-Clause */
/* VMs on one switch. "a" sends numbered frames, "b" sends each back, "c" may
 * only hear what the switch cannot know better: broadcasts and the first frame. "k"
 * (killed-transfer/system.dts) dies in the middle of sending. */
#include "kit.h"

#include "pvn_net.h"

#define FRAMES 2000u
#define WINDOW 8u
#define TYPE_DATA 0xb5
#define TYPE_END 0xb6
#define TYPE_NOISE 0xb7

struct parcel {
    struct pvn_net_frame frame;
    struct pvn_segment segment;
    volatile int busy;
};

static struct pvn_net card;
static struct parcel parcels[16];
static volatile int flag;
static uint32_t arrived, ended, noise;
static int role;

static void sent(struct pvn_net_frame* frame) {
    ((struct parcel*)frame->context)->busy = 0;
}

static struct parcel* free_parcel(void) {
    for (;;) {
        uint32_t i;

        for (i = 0; i < 16; i++)
            if (!parcels[i].busy)
                return &parcels[i];
        if (pvn_net_poll(&card) == 0)
            kit_wait(&flag);
    }
}

static uint32_t length_of(uint32_t number) {
    return 60 + number * 37 % (PVN_NET_FRAME_LARGEST - 59);
}

static void fill(uint8_t* frame, uint32_t number) {
    uint32_t i, state = number + 1;

    for (i = 14; i < length_of(number); i++) {
        state = state * 1664525u + 1013904223u;
        frame[i] = (uint8_t)(state >> 24);
    }
}

static void send(struct parcel* parcel, const uint8_t* to, uint32_t type, uint32_t bytes) {
    uint8_t* frame = (uint8_t*)parcel->segment.memory;
    uint32_t i;

    for (i = 0; i < 6; i++) {
        frame[i] = to[i];
        frame[6 + i] = card.mac[i];
    }
    frame[12] = 0x88;
    frame[13] = (uint8_t)type;
    parcel->segment.bytes = bytes;
    parcel->busy = 1;
    kit_must("send", pvn_net_send(&card, &parcel->frame));
    pvn_net_kick(&card);
}

static void receive(void* context, const void* data, pvn_u32 bytes) {
    const uint8_t* frame = (const uint8_t*)data;

    (void)context;
    if (frame[13] == TYPE_END) {
        ended = 1;
        return;
    }
    if (frame[13] == TYPE_NOISE) {
        noise++;
        return;
    }
    if (role == 'b') {
        struct parcel* parcel = 0;
        uint32_t i;

        for (i = 0; i < 16 && !parcel; i++)
            parcel = parcels[i].busy ? 0 : &parcels[i];
        check("a parcel is free", parcel == 0, 0);
        for (i = 14; i < bytes; i++)
            ((uint8_t*)parcel->segment.memory)[i] = frame[i];
        send(parcel, frame + 6, TYPE_DATA, bytes);
    } else if (role == 'a') {
        static uint8_t wanted[PVN_NET_FRAME_LARGEST];

        fill(wanted, arrived);
        check("length", bytes, length_of(arrived));
        check("content", kit_hash(frame + 14, bytes - 14), kit_hash(wanted + 14, bytes - 14));
    }
    arrived++;
}

static void pump(void) {
    if (pvn_net_poll(&card) == 0)
        kit_wait(&flag);
}

static void lead(void) {
    static const uint8_t everyone[6] = {255, 255, 255, 255, 255, 255};
    const uint8_t peer[6] = {2, 'P', 'V', 0, 2, 0};
    uint32_t out = 0;

    while (arrived < FRAMES) {
        if (out < FRAMES && out - arrived < WINDOW) {
            struct parcel* parcel = free_parcel();

            fill((uint8_t*)parcel->segment.memory, out);
            send(parcel, peer, TYPE_DATA, length_of(out++));
        } else {
            pump();
        }
    }
    send(free_parcel(), everyone, TYPE_END, 60);
    while (pvn_net_poll(&card) > 0)
        continue;
}

/* Dies in the middle of sending, at every start. */
static void die(void) {
    const uint8_t peer[6] = {2, 'P', 'V', 0, 2, 0};
    uint32_t i;

    for (i = 0; i < 100; i++)
        send(free_parcel(), peer, TYPE_NOISE, 1000);
    /* Rings that a dead VM leaves behind: more chains than it ever laid. */
    *(volatile uint16_t*)((char*)card.output.available + 2) += 3;
    pvn_stop(PVN_STOP_REASON_PANIC, 0);
}

uint32_t main(void) {
    struct pvn_device* device;
    uint32_t i;

    role = PAGE->boot.arguments[0];
    kit_start();
    for (i = 0; i < 16; i++) {
        parcels[i].segment.memory = kit_memory(2048);
        parcels[i].frame.segments = &parcels[i].segment;
        parcels[i].frame.segment_count = 1;
        parcels[i].frame.sent = sent;
        parcels[i].frame.context = &parcels[i];
    }
    device = kit_find(PVN_KIND_NET, 0);
    card.receive = receive;
    kit_must("net", pvn_net_start(&card, device, (void*)&flag));
    kit_on_interrupt(device, (int (*)(void*))pvn_net_interrupt, &card);
    check("the link is up", (uint32_t)pvn_net_link(&card), 1);
    if (role == 'k')
        die();
    if (role == 'a')
        lead();
    else
        while (!ended)
            pump();
    if (role == 'b')
        check("frames", arrived, FRAMES);
    if (role == 'b' && PAGE->boot.arguments[1] == 'k')
        check("noise came", noise >= 100, 1);
    if (role == 'c')
        check("the switch learns", arrived > 1, 0);
    finish(role == 'a' ? "net a" : role == 'b' ? "net b" : "net c");
}
