/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entropy front end: see pvn_entropy.h.
 */
#include "pvn_entropy.h"

int pvn_entropy_start(struct pvn_entropy* entropy, struct pvn_device* device, void* waiter) {
    int status;

    entropy->device = device;
    entropy->waiter = waiter;
    status = pvn_device_begin(device, PVN_KIND_ENTROPY, 0, 0);
    if (status == PVN_OK)
        status = pvn_queue_start(&entropy->queue, device, 0, PVN_ENTROPY_REQUESTS, 0);
    if (status != PVN_OK)
        return status;
    pvn_device_ready(device);
    pvn_queue_arm(&entropy->queue);
    return PVN_OK;
}

int pvn_entropy_ask(struct pvn_entropy* entropy, struct pvn_entropy_request* request) {
    struct pvn_segment segment;
    int status;

    segment.memory = request->memory;
    segment.bytes = request->bytes;
    status = pvn_queue_add(&entropy->queue, &segment, 0, 1, request);
    if (status == PVN_OK)
        pvn_queue_kick(&entropy->queue);
    return status;
}

int pvn_entropy_poll(struct pvn_entropy* entropy) {
    struct pvn_entropy_request* request;
    void* token;
    pvn_u32 filled;
    int finished = 0, taken = 1;

    while (finished < entropy->queue.size) {
        taken = pvn_queue_take_or_arm(&entropy->queue, &token, &filled);
        if (taken != 1)
            break;
        request = (struct pvn_entropy_request*)token;
        /* Nothing at all is no answer (5.4.6.2); the buffer is not passed on. */
        if (filled == 0)
            return pvn_device_break(entropy->device, "entropy: empty answer");
        request->done(request, filled);
        finished++;
    }
    return taken < 0 && finished == 0 ? taken : finished;
}

int pvn_entropy_interrupt(struct pvn_entropy* entropy) {
    int ours = pvn_device_interrupts(entropy->device) != 0;

    if (ours)
        pvn_device_wake(entropy->device, entropy->waiter);
    return ours;
}
