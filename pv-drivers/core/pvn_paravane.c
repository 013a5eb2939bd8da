/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The Paravane transport: see pvn_paravane.h.
 */
#include "pvn_paravane.h"

static struct pvn_device_page* page_of(struct pvn_device* device) {
    return ((struct pvn_paravane*)device)->page;
}

static pvn_s32 config_call(struct pvn_device* device, pvn_u32 operation, pvn_u32 argument) {
    struct pvn_paravane* self = (struct pvn_paravane*)device;
    const struct pvn_os* os = device->os;

    /* What we wrote into the page must be there first. */
    os->barrier(os->context, PVN_BARRIER_FULL);
    return self->calls->config(self->calls->context, self->index, operation, argument);
}

static pvn_u64 load64(const pvn_u64* place) {
    const pvn_u32* half = (const pvn_u32*)place;

    return PVN_LOAD32(half) | (pvn_u64)PVN_LOAD32(half + 1) << 32;
}

static pvn_u64 page_offered(struct pvn_device* device) {
    return load64(&page_of(device)->device_features);
}

static int page_accept(struct pvn_device* device, pvn_u64 features) {
    page_of(device)->driver_features = features;
    return PVN_OK;
}

static pvn_u32 page_status(struct pvn_device* device) {
    return PVN_LOAD32(&page_of(device)->status);
}

static void page_set_status(struct pvn_device* device, pvn_u32 status) {
    PVN_STORE32(&page_of(device)->driver_status, status);
    /* Whether it was taken over shows in the status word, which the callers read. */
    config_call(device, status ? PVN_DEVICE_OP_SET_STATUS : PVN_DEVICE_OP_RESET, 0);
}

static pvn_u32 page_config_read(struct pvn_device* device, pvn_u32 offset, unsigned width) {
    const pvn_u8* place = page_of(device)->config + offset;

    if (offset > sizeof(page_of(device)->config) - width)
        return 0;
    if (width == 1)
        return *(const volatile pvn_u8*)place;
    return width == 2 ? PVN_LOAD16(place) : PVN_LOAD32(place);
}

static void page_config_write(struct pvn_device* device, pvn_u32 offset, unsigned width,
                              pvn_u32 value) {
    pvn_u8* place = page_of(device)->driver_config + offset;
    unsigned i;

    if (offset > sizeof(page_of(device)->driver_config) - width)
        return;
    for (i = 0; i < width; i++)
        place[i] = (pvn_u8)(value >> (8 * i));
    config_call(device, PVN_DEVICE_OP_WRITE_CONFIG, offset | (pvn_u32)width << 16);
}

static pvn_u32 page_config_generation(struct pvn_device* device) {
    pvn_u32 generation = PVN_LOAD32(&page_of(device)->generation);

    /* Odd: being changed right now, so no two looks may agree. */
    return generation & 1 ? ++((struct pvn_paravane*)device)->unsettled << 1 | 1 : generation;
}

static pvn_u32 page_queue_limit(struct pvn_device* device, pvn_u16 index) {
    struct pvn_device_page* page = page_of(device);

    if (index >= sizeof(page->queues) / sizeof(page->queues[0]) ||
        PVN_LOAD32(&page->queues[index].enabled))
        return 0;
    return PVN_LOAD16(&page->queues[index].size_max);
}

static int page_queue_enable(struct pvn_device* device, const struct pvn_queue* queue) {
    struct pvn_device_queue* place = &page_of(device)->queues[queue->index];
    const struct pvn_os* os = device->os;
    pvn_u16 size = queue->size;

    place->size = size;
    place->descriptors =
        os->device_address(os->context, queue->descriptors, sizeof(struct pvn_desc) * size);
    place->driver = os->device_address(os->context, queue->available, PVN_AVAIL_BYTES(size));
    place->device = os->device_address(os->context, queue->used, PVN_USED_BYTES(size));
    return config_call(device, PVN_DEVICE_OP_ENABLE_QUEUE, queue->index) == PVN_STATUS_SUCCESS
               ? PVN_OK
               : PVN_REFUSED;
}

static void page_kick(struct pvn_device* device, pvn_u16 index) {
    struct pvn_paravane* self = (struct pvn_paravane*)device;

    if (self->calls->kick(self->calls->context, self->index, index) != PVN_STATUS_SUCCESS)
        pvn_device_break(device, "kick refused");
}

static pvn_u32 page_interrupts(struct pvn_device* device) {
    struct pvn_paravane* self = (struct pvn_paravane*)device;
    pvn_u32 now = PVN_LOAD32(&self->page->interrupt_status);
    pvn_u32 changed = now ^ self->seen;

    self->seen = now;
    return (changed & 0xffffu ? PVN_INTERRUPT_QUEUE : 0) |
           (changed >> 16 ? PVN_INTERRUPT_CONFIG : 0);
}

static const struct pvn_transport page_transport = {page_offered,
                                                    page_accept,
                                                    page_status,
                                                    page_set_status,
                                                    page_config_read,
                                                    page_config_write,
                                                    page_config_generation,
                                                    page_queue_limit,
                                                    page_queue_enable,
                                                    page_kick,
                                                    page_interrupts};

int pvn_paravane_probe(struct pvn_paravane* paravane, const struct pvn_paravane_calls* calls,
                       struct pvn_device_page* page, pvn_u32 index, const struct pvn_os* os) {
    struct pvn_device* device = &paravane->device;

    paravane->calls = calls;
    paravane->page = page;
    paravane->index = index;
    paravane->seen = PVN_LOAD32(&page->interrupt_status);
    paravane->unsettled = 0;
    device->transport = &page_transport;
    device->os = os;
    device->features = 0;
    device->broken = 0;
    device->legacy = 0;
    device->kind = PVN_LOAD32(&page->device_id);
    return PVN_LOAD32(&page->magic) == PVN_DEVICE_MAGIC && device->kind != 0 ? PVN_OK : PVN_REFUSED;
}
