/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Balloon front end (virtio 1.2, 5.5): hands pages to the hypervisor and takes
 * them back, as the hypervisor's target asks.
 *
 * Contract
 *   Interrupt context: interrupt only. poll may block if the callbacks do.
 *   Pages: `give` sets free pages aside; from then on the OS does not touch
 *     them. `choose` picks pages of the balloon to take back; the OS may use
 *     them once `restored` names them. One batch is on its way at a time.
 *   Wake-ups: `waiter` is woken when the target changes and when a batch is done;
 *     who is woken calls poll until it gives 0.
 */
#ifndef PVN_BALLOON_H
#define PVN_BALLOON_H

#include "pvn_device.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PVN_BALLOON_BATCH 256u

/* Page numbers are guest-physical addresses divided by 4096. */
struct pvn_balloon_pages {
    void* context;
    unsigned (*give)(void* context, pvn_u32* pages, unsigned most);
    unsigned (*choose)(void* context, pvn_u32* pages, unsigned most);
    void (*restored)(void* context, const pvn_u32* pages, unsigned count);
};

/* Zero before the first start, but for `pages`. */
struct pvn_balloon {
    const struct pvn_balloon_pages* pages;
    struct pvn_device* device;
    struct pvn_queue inflate;
    struct pvn_queue deflate;
    void* waiter;
    pvn_u32* batch;                  /* shared: the device reads it */
    pvn_u32 kept[PVN_BALLOON_BATCH]; /* the same, out of the device's reach */
    unsigned moving;                 /* pages in the batch, 0 when none is on its way */
    pvn_u32 actual;                  /* pages in the balloon */
};

int pvn_balloon_start(struct pvn_balloon* balloon, struct pvn_device* device, void* waiter);

/* Moves towards the target: 1 when something was done, 0, or PVN_BROKEN. */
int pvn_balloon_poll(struct pvn_balloon* balloon);

/* The device's interrupt; 0 when it was not this device's. */
int pvn_balloon_interrupt(struct pvn_balloon* balloon);

#ifdef __cplusplus
}
#endif
#endif
