/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One virtio device as a front end sees it: feature negotiation for virtio 1.2
 * and legacy, configuration reads that are never torn, and the function table
 * that each transport (pvn_mmio.c, pvn_paravane.c) fills in.
 */
#ifndef PVN_DEVICE_H
#define PVN_DEVICE_H

#include "pvn_queue.h"

#ifdef __cplusplus
extern "C" {
#endif

struct pvn_device;

/*
 * What a transport does. No function may block. Values that come back are the
 * device's own and not to be trusted; the callers check them.
 */
struct pvn_transport {
    pvn_u64 (*offered)(struct pvn_device* device);
    /* Hands over the accepted features; PVN_REFUSED where they do not fit. */
    int (*accept)(struct pvn_device* device, pvn_u64 features);
    pvn_u32 (*status)(struct pvn_device* device);
    void (*set_status)(struct pvn_device* device, pvn_u32 status);
    /* `width` is 1, 2 or 4 and divides `offset`. */
    pvn_u32 (*config_read)(struct pvn_device* device, pvn_u32 offset, unsigned width);
    void (*config_write)(struct pvn_device* device, pvn_u32 offset, unsigned width, pvn_u32 value);
    pvn_u32 (*config_generation)(struct pvn_device* device);
    pvn_u32 (*queue_limit)(struct pvn_device* device, pvn_u16 index);
    int (*queue_enable)(struct pvn_device* device, const struct pvn_queue* queue);
    void (*kick)(struct pvn_device* device, pvn_u16 index);
    /* PVN_INTERRUPT_… bits, acknowledged by the call. */
    pvn_u32 (*interrupts)(struct pvn_device* device);
};

/* First member of each transport's own structure. */
struct pvn_device {
    const struct pvn_transport* transport;
    const struct pvn_os* os;
    pvn_u64 features;   /* agreed */
    pvn_u32 kind;       /* PVN_KIND_… */
    pvn_u8 legacy;      /* the device speaks the draft before virtio 1.0 */
    const char* broken; /* first breach of the standard, or null */
};

/*
 * Resets the device and agrees on `wanted` as far as it is offered, together
 * with the ring's own features. Front ends call it first, then start their
 * queues, then call pvn_device_ready. PVN_REFUSED: another kind of device,
 * `required` is not offered, or the device declines; PVN_BROKEN: the reset is
 * not confirmed within PVN_RESET_READS reads of the status.
 */
int pvn_device_begin(struct pvn_device* device, pvn_u32 kind, pvn_u64 wanted, pvn_u64 required);
/* The same without the ring's own features, for a caller that does without them. */
int pvn_device_agree(struct pvn_device* device, pvn_u32 kind, pvn_u64 wanted, pvn_u64 required);
void pvn_device_ready(struct pvn_device* device);

/* Returns when the device holds no buffer any more; PVN_BROKEN as above. */
int pvn_device_reset(struct pvn_device* device);

#define PVN_RESET_READS 1000
#define PVN_CONFIG_TRIES 16

/* True when a feature was agreed. */
int pvn_device_has(const struct pvn_device* device, unsigned feature);

/*
 * Copies configuration fields that belong together: `count` fields of `width`
 * bytes each. PVN_BROKEN when the device keeps changing them.
 */
int pvn_device_fields(struct pvn_device* device, pvn_u32 offset, unsigned width, unsigned count,
                      pvn_u32* fields);

/* Interrupt handlers start here: PVN_INTERRUPT_… bits, or 0 when it was not ours. */
pvn_u32 pvn_device_interrupts(struct pvn_device* device);

/* Keeps the first reason, marks the device failed, logs; returns PVN_BROKEN. */
int pvn_device_break(struct pvn_device* device, const char* reason);
#ifdef PVN_NO_REASONS /* for who has no use for the texts: `broken` is an empty one */
#define pvn_device_break(device, reason) (pvn_device_break)(device, "")
#endif

void pvn_device_wake(struct pvn_device* device, void* waiter);

#ifdef __cplusplus
}
#endif
#endif
