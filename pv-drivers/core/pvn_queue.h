/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The driver's side of one split virtqueue, with indirect descriptors and event
 * index. Knows memory layout and barriers, not registers: pvn_device.h is below
 * it (addresses, doorbell), the front ends are above it.
 *
 * A queue has no lock: one caller at a time, from any context. Nothing blocks.
 * A buffer belongs to the device from pvn_queue_add until pvn_queue_take returns
 * its token. What the device writes is checked before it is used; the first
 * breach of the standard stops the queue's whole device (PVN_BROKEN).
 */
#ifndef PVN_QUEUE_H
#define PVN_QUEUE_H

#include "pvn_wire.h"

#ifdef __cplusplus
extern "C" {
#endif

struct pvn_device;

struct pvn_segment {
    void* memory;
    pvn_u32 bytes;
};

/* One per descriptor; kept in memory that the device is never told about. */
struct pvn_slot {
    void* token;      /* of a chain in flight that starts here, else null */
    pvn_u32 writable; /* bytes the device may write into that chain */
    pvn_u16 next;     /* next free descriptor, or next of the chain */
    pvn_u16 count;    /* descriptors of the chain */
};

struct pvn_queue {
    struct pvn_device* device;
    pvn_u16 index;
    pvn_u16 size;
    pvn_u16 free_head;
    pvn_u16 free_count;
    pvn_u16 published; /* our index of the available ring */
    pvn_u16 announced; /* the same at the last doorbell decision */
    pvn_u16 consumed;  /* our index of the used ring */
    pvn_u16 in_flight; /* chains the device holds */
    pvn_u16 indirect_limit;
    pvn_u8 use_indirect;
    pvn_u8 use_events;
    struct pvn_desc* descriptors;
    struct pvn_ring_head* available;
    struct pvn_ring_head* used;
    struct pvn_desc* indirect; /* indirect_limit entries for each descriptor */
    struct pvn_slot* slots;
    pvn_u16 memory_size; /* queue size that the memory was taken for */
};

/*
 * Takes memory for queue `index` of `device`, whose features are agreed, and
 * tells the transport. `wanted` is the largest size worth having; the device's
 * limit and powers of two round it down. Chains of up to `indirect_limit`
 * segments then cost one descriptor where the device allows it. A queue that is
 * started again must be given the same limits and reuses its memory; the
 * structure must be zero before the first start.
 * PVN_REFUSED (no such queue, or not taken), PVN_NO_MEMORY, PVN_BROKEN (impossible size).
 */
int pvn_queue_start(struct pvn_queue* queue, struct pvn_device* device, pvn_u16 index,
                    pvn_u16 wanted, pvn_u16 indirect_limit);

/*
 * Offers one chain: `readable` segments for the device to read, then `writable`
 * ones for it to write. `token` is given back when the device is done; not null.
 * The device may not look before pvn_queue_kick. PVN_FULL, PVN_INVALID (nothing,
 * an empty segment, memory without an address, 4 GiB or more), PVN_BROKEN.
 */
int pvn_queue_add(struct pvn_queue* queue, const struct pvn_segment* segments, unsigned readable,
                  unsigned writable, void* token);

/*
 * For a caller that keeps descriptors and used ring itself instead of add and take: offers
 * the chain that begins at descriptor `head`. `consumed` and `in_flight` are the caller's to
 * keep from then on.
 */
void pvn_queue_offer(struct pvn_queue* queue, pvn_u16 head);

/* Rings the doorbell if the device asks for it. */
void pvn_queue_kick(struct pvn_queue* queue);

/*
 * Takes one finished chain: 1 and its token and written bytes, 0 when there is
 * none, PVN_BROKEN. With a legacy device `written` is only an upper bound.
 */
int pvn_queue_take(struct pvn_queue* queue, void** token, pvn_u32* written);

/* The same, but 0 means that an interrupt will come with the next one. */
int pvn_queue_take_or_arm(struct pvn_queue* queue, void** token, pvn_u32* written);

/* Asks for an interrupt at the next completion; 1 when one is already there. */
int pvn_queue_arm(struct pvn_queue* queue);

/* Hints that no interrupt is needed; the device may send some all the same. */
void pvn_queue_disarm(struct pvn_queue* queue);

/*
 * After the device was reset: takes back one chain in flight, 1 and its token,
 * or 0 when all are back.
 */
int pvn_queue_detach(struct pvn_queue* queue, void** token);

#ifdef __cplusplus
}
#endif
#endif
