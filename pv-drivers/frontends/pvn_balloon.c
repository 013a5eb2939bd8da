/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Balloon front end: see pvn_balloon.h.
 */
#include "pvn_balloon.h"

static void tell_actual(struct pvn_balloon* balloon) {
    struct pvn_device* device = balloon->device;

    device->transport->config_write(device, PVN_BALLOON_CONFIG_ACTUAL, 4, balloon->actual);
}

int pvn_balloon_start(struct pvn_balloon* balloon, struct pvn_device* device, void* waiter) {
    const struct pvn_os* os = device->os;
    int status;

    balloon->device = device;
    balloon->waiter = waiter;
    balloon->moving = 0;
    if (!balloon->batch)
        balloon->batch = (pvn_u32*)os->memory(os->context, PVN_BALLOON_BATCH * sizeof(pvn_u32), 64);
    if (!balloon->batch)
        return PVN_NO_MEMORY;
    status = pvn_device_begin(device, PVN_KIND_BALLOON, PVN_FEATURE(PVN_BALLOON_F_MUST_TELL), 0);
    if (status == PVN_OK)
        status = pvn_queue_start(&balloon->inflate, device, PVN_BALLOON_INFLATE, 4, 0);
    if (status == PVN_OK)
        status = pvn_queue_start(&balloon->deflate, device, PVN_BALLOON_DEFLATE, 4, 0);
    if (status != PVN_OK)
        return status;
    pvn_device_ready(device);
    tell_actual(balloon);
    pvn_queue_arm(&balloon->inflate);
    pvn_queue_arm(&balloon->deflate);
    return PVN_OK;
}

/* 1 when the batch on its way has arrived. */
static int finish(struct pvn_balloon* balloon) {
    const struct pvn_balloon_pages* pages = balloon->pages;
    void* token;
    pvn_u32 written;
    int taken = pvn_queue_take_or_arm(&balloon->inflate, &token, &written);

    if (taken == 1) {
        balloon->actual += balloon->moving;
    } else if (taken == 0) {
        taken = pvn_queue_take_or_arm(&balloon->deflate, &token, &written);
        if (taken == 1) {
            balloon->actual -= balloon->moving;
            pages->restored(pages->context, balloon->kept, balloon->moving);
        }
    }
    if (taken == 1) {
        balloon->moving = 0;
        tell_actual(balloon);
    }
    return taken;
}

static int send(struct pvn_balloon* balloon, struct pvn_queue* queue, unsigned count) {
    struct pvn_segment segment;
    unsigned i;
    int status;

    if (count == 0)
        return 0;
    for (i = 0; i < count; i++)
        balloon->batch[i] = balloon->kept[i];
    segment.memory = balloon->batch;
    segment.bytes = count * (pvn_u32)sizeof(pvn_u32);
    status = pvn_queue_add(queue, &segment, 1, 0, balloon);
    if (status != PVN_OK)
        return status;
    balloon->moving = count;
    pvn_queue_kick(queue);
    return 1;
}

int pvn_balloon_poll(struct pvn_balloon* balloon) {
    const struct pvn_balloon_pages* pages = balloon->pages;
    pvn_u32 target, most;

    if (balloon->device->broken)
        return PVN_BROKEN;
    if (balloon->moving)
        return finish(balloon);
    if (pvn_device_fields(balloon->device, PVN_BALLOON_CONFIG_TARGET, 4, 1, &target) != PVN_OK)
        return PVN_BROKEN;
    if (target > balloon->actual) {
        most = target - balloon->actual;
        most = most < PVN_BALLOON_BATCH ? most : PVN_BALLOON_BATCH;
        return send(balloon, &balloon->inflate, pages->give(pages->context, balloon->kept, most));
    }
    if (target < balloon->actual) {
        most = balloon->actual - target;
        most = most < PVN_BALLOON_BATCH ? most : PVN_BALLOON_BATCH;
        return send(balloon, &balloon->deflate, pages->choose(pages->context, balloon->kept, most));
    }
    return 0;
}

int pvn_balloon_interrupt(struct pvn_balloon* balloon) {
    int ours = pvn_device_interrupts(balloon->device) != 0;

    if (ours)
        pvn_device_wake(balloon->device, balloon->waiter);
    return ours;
}
