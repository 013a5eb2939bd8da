/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Block front end (virtio 1.2, 5.2): reads, writes, flushes, identity.
 *
 * Contract
 *   Interrupt context: every call but start; none of them blocks.
 *   One caller at a time over submit, kick and poll; interrupt may overlap.
 *   Buffers: a request and the memory it names belong to the front end from a
 *     submit that gave PVN_OK until its `done` is called, from within poll (or
 *     from within stop). `done` may submit again.
 *   Wake-ups: once poll gave 0, the next completion wakes `waiter`, who calls
 *     poll until it gives 0 again.
 */
#ifndef PVN_BLOCK_H
#define PVN_BLOCK_H

#include "pvn_device.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PVN_BLOCK_REQUESTS 64
#define PVN_BLOCK_SEGMENTS 16

struct pvn_block_request {
    pvn_u32 operation;                  /* PVN_BLOCK_READ, _WRITE, _FLUSH or _IDENTITY */
    pvn_u64 sector;                     /* of 512 bytes */
    const struct pvn_segment* segments; /* each a multiple of 512 bytes */
    unsigned segment_count;             /* 1…PVN_BLOCK_SEGMENTS; 0 for a flush */
    /* PVN_OK, PVN_FAILED (disk error), PVN_REFUSED (operation not supported),
     * PVN_BROKEN (the device was stopped). */
    void (*done)(struct pvn_block_request* request, int status);
    void* context; /* the caller's own */
};

/* What the device reads and writes beside the data. */
struct pvn_block_frame {
    struct pvn_block_header header;
    pvn_u8 status;
    pvn_u8 padding[7];
};

struct pvn_block_slot {
    struct pvn_block_request* request;
    struct pvn_block_frame* frame;
    pvn_u32 data_bytes;
    struct pvn_block_slot* next;
};

/* Zero before the first start. */
struct pvn_block {
    struct pvn_device* device;
    struct pvn_queue queue;
    void* waiter;
    pvn_u64 sectors;
    pvn_u32 segment_bytes;  /* the device's largest segment */
    unsigned segment_count; /* the device's most segments */
    int read_only;
    int can_flush;
    struct pvn_block_frame* frames;
    struct pvn_block_slot slots[PVN_BLOCK_REQUESTS];
    struct pvn_block_slot* free_slot;
};

int pvn_block_start(struct pvn_block* block, struct pvn_device* device, void* waiter);

/*
 * Queues a request; the device sees it after pvn_block_kick. PVN_FULL (poll
 * first), PVN_INVALID (beyond the disk, not whole sectors, too many or too large
 * segments), PVN_REFUSED (write to a read-only disk, flush without a cache),
 * PVN_BROKEN. After any of these `done` is not called.
 */
int pvn_block_submit(struct pvn_block* block, struct pvn_block_request* request);
void pvn_block_kick(struct pvn_block* block);

/* Finishes requests; how many, at most a queue full, or PVN_BROKEN. */
int pvn_block_poll(struct pvn_block* block);

/* Resets the device and gives every request back as PVN_BROKEN. */
int pvn_block_stop(struct pvn_block* block);

/* The device's interrupt; 0 when it was not this device's. */
int pvn_block_interrupt(struct pvn_block* block);

#ifdef __cplusplus
}
#endif
#endif
