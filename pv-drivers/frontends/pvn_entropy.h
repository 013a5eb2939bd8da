/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entropy front end (virtio 1.2, 5.4): random bytes into the caller's buffers.
 *
 * Contract
 *   Interrupt context: every call but start; none of them blocks.
 *   One caller at a time over ask and poll; interrupt may overlap.
 *   Buffers: the memory of a request, and the request itself, belong to the
 *     front end until poll has called `done`. The device may fill only a part.
 *   Wake-ups: once poll gave 0, the next completion wakes `waiter`.
 */
#ifndef PVN_ENTROPY_H
#define PVN_ENTROPY_H

#include "pvn_device.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PVN_ENTROPY_REQUESTS 8

struct pvn_entropy_request {
    void* memory;
    pvn_u32 bytes;
    /* `filled` is 1…bytes: how many bytes from the start are random. */
    void (*done)(struct pvn_entropy_request* request, pvn_u32 filled);
    void* context; /* the caller's own */
};

/* Zero before the first start. */
struct pvn_entropy {
    struct pvn_device* device;
    struct pvn_queue queue;
    void* waiter;
};

int pvn_entropy_start(struct pvn_entropy* entropy, struct pvn_device* device, void* waiter);

/* PVN_FULL, PVN_INVALID, PVN_BROKEN: then `done` is not called. */
int pvn_entropy_ask(struct pvn_entropy* entropy, struct pvn_entropy_request* request);

/* Finishes requests; how many, or PVN_BROKEN. */
int pvn_entropy_poll(struct pvn_entropy* entropy);

/* The device's interrupt; 0 when it was not this device's. */
int pvn_entropy_interrupt(struct pvn_entropy* entropy);

#ifdef __cplusplus
}
#endif
#endif
