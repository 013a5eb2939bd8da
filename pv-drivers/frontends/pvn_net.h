/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Network front end (virtio 1.2, 5.1): Ethernet frames, one queue pair, no
 * offloads.
 *
 * Contract
 *   Interrupt context: every call but start; none of them blocks.
 *   One caller at a time over send, kick and poll; interrupt may overlap.
 *   Buffers: a frame and the memory it names belong to the front end from a send
 *     that gave PVN_OK until its `sent` is called, from within poll (or stop).
 *     A received frame belongs to `receive` only while it runs. Both may send.
 *   Wake-ups: once poll gave 0, the next event wakes `waiter`, who calls poll
 *     until it gives 0 again.
 */
#ifndef PVN_NET_H
#define PVN_NET_H

#include "pvn_device.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PVN_NET_BUFFERS 32
#define PVN_NET_SEGMENTS 8
#define PVN_NET_FRAME_LARGEST 1514u
#define PVN_NET_BUFFER_BYTES 1536u

struct pvn_net_frame {
    const struct pvn_segment* segments;
    unsigned segment_count; /* 1…PVN_NET_SEGMENTS, 1514 bytes together */
    void (*sent)(struct pvn_net_frame* frame);
    void* context; /* the caller's own */
};

/* Zero before the first start, but for `receive` and `context`. */
struct pvn_net {
    void (*receive)(void* context, const void* frame, pvn_u32 bytes);
    void* context;
    struct pvn_device* device;
    struct pvn_queue input;
    struct pvn_queue output;
    void* waiter;
    pvn_u8 mac[6];
    pvn_u8 has_mac; /* else the OS invents a locally administered one */
    pvn_u8 header_bytes;
    char* buffers;
    struct pvn_net_header* no_offload; /* one for every frame sent */
};

int pvn_net_start(struct pvn_net* net, struct pvn_device* device, void* waiter);

/* Queues a frame for pvn_net_kick. PVN_FULL, PVN_INVALID, PVN_BROKEN: `sent` is not called. */
int pvn_net_send(struct pvn_net* net, struct pvn_net_frame* frame);
void pvn_net_kick(struct pvn_net* net);

/* Hands over what arrived and gives back what was sent; how many, or PVN_BROKEN. */
int pvn_net_poll(struct pvn_net* net);

/* 1 when the cable is in (or the device does not say), 0, or PVN_BROKEN. */
int pvn_net_link(struct pvn_net* net);

/* Resets the device and gives every frame back. */
int pvn_net_stop(struct pvn_net* net);

/* The device's interrupt; 0 when it was not this device's. */
int pvn_net_interrupt(struct pvn_net* net);

#ifdef __cplusplus
}
#endif
#endif
