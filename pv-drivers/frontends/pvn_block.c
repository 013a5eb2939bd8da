/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Block front end: see pvn_block.h.
 */
#include "pvn_block.h"

#define STATUS_UNWRITTEN 0xffu

PVN_START_UP static int read_config(struct pvn_block* block) {
    struct pvn_device* device = block->device;
    pvn_u32 fields[4];
    int status = pvn_device_fields(device, PVN_BLOCK_CONFIG_CAPACITY, 4, 2, fields);

    if (status != PVN_OK)
        return status;
    block->sectors = fields[0] | (pvn_u64)fields[1] << 32;
    block->segment_bytes = 0xffffffffu;
    block->segment_count = PVN_BLOCK_SEGMENTS;
    if (pvn_device_has(device, PVN_BLOCK_F_SEGMENT_BYTES) &&
        pvn_device_fields(device, PVN_BLOCK_CONFIG_SEGMENT_BYTES, 4, 1, fields) == PVN_OK)
        block->segment_bytes = fields[0];
    if (pvn_device_has(device, PVN_BLOCK_F_SEGMENT_COUNT) &&
        pvn_device_fields(device, PVN_BLOCK_CONFIG_SEGMENT_COUNT, 4, 1, fields) == PVN_OK &&
        fields[0] != 0 && fields[0] < PVN_BLOCK_SEGMENTS)
        block->segment_count = fields[0];
    block->read_only = pvn_device_has(device, PVN_BLOCK_F_READ_ONLY);
    block->can_flush = pvn_device_has(device, PVN_BLOCK_F_FLUSH);
    return device->broken ? PVN_BROKEN : PVN_OK;
}

PVN_START_UP static int lay_out(struct pvn_block* block) {
    const struct pvn_os* os = block->device->os;
    int i;

    if (!block->frames)
        block->frames = (struct pvn_block_frame*)os->memory(
            os->context, sizeof(*block->frames) * PVN_BLOCK_REQUESTS, 64);
    if (!block->frames)
        return PVN_NO_MEMORY;
    block->free_slot = 0;
    for (i = PVN_BLOCK_REQUESTS - 1; i >= 0; i--) {
        block->slots[i].frame = &block->frames[i];
        block->slots[i].next = block->free_slot;
        block->free_slot = &block->slots[i];
    }
    return PVN_OK;
}

PVN_START_UP int pvn_block_start(struct pvn_block* block, struct pvn_device* device, void* waiter) {
    pvn_u64 wanted = PVN_FEATURE(PVN_BLOCK_F_SEGMENT_BYTES) |
                     PVN_FEATURE(PVN_BLOCK_F_SEGMENT_COUNT) | PVN_FEATURE(PVN_BLOCK_F_READ_ONLY) |
                     PVN_FEATURE(PVN_BLOCK_F_FLUSH);
    int status;

    block->device = device;
    block->waiter = waiter;
    status = pvn_device_begin(device, PVN_KIND_BLOCK, wanted, 0);
    if (status == PVN_OK)
        status = read_config(block);
    if (status == PVN_OK)
        status = lay_out(block);
    if (status == PVN_OK)
        status =
            pvn_queue_start(&block->queue, device, 0, PVN_BLOCK_REQUESTS, PVN_BLOCK_SEGMENTS + 2);
    if (status != PVN_OK)
        return status;
    pvn_device_ready(device);
    pvn_queue_arm(&block->queue);
    return PVN_OK;
}

static int check_data(const struct pvn_block* block, const struct pvn_block_request* request,
                      pvn_u32* bytes) {
    pvn_u64 total = 0;
    unsigned i;

    if (request->segment_count == 0 || request->segment_count > block->segment_count)
        return PVN_INVALID;
    for (i = 0; i < request->segment_count; i++) {
        pvn_u32 part = request->segments[i].bytes;

        if (part == 0 || part > block->segment_bytes)
            return PVN_INVALID;
        total += part;
    }
    *bytes = (pvn_u32)total;
    if (request->operation == PVN_BLOCK_IDENTITY)
        return total == PVN_BLOCK_IDENTITY_BYTES ? PVN_OK : PVN_INVALID;
    for (i = 0; i < request->segment_count; i++)
        if (request->segments[i].bytes % PVN_BLOCK_SECTOR)
            return PVN_INVALID;
    if (total >> 31 || request->sector > block->sectors ||
        total / PVN_BLOCK_SECTOR > block->sectors - request->sector)
        return PVN_INVALID;
    return PVN_OK;
}

static int check(const struct pvn_block* block, const struct pvn_block_request* request,
                 pvn_u32* bytes) {
    *bytes = 0;
    switch (request->operation) {
    case PVN_BLOCK_FLUSH:
        if (!block->can_flush)
            return PVN_REFUSED;
        return request->segment_count == 0 ? PVN_OK : PVN_INVALID;
    case PVN_BLOCK_WRITE:
        if (block->read_only)
            return PVN_REFUSED;
        return check_data(block, request, bytes);
    case PVN_BLOCK_READ:
    case PVN_BLOCK_IDENTITY:
        return check_data(block, request, bytes);
    default:
        return PVN_INVALID;
    }
}

int pvn_block_submit(struct pvn_block* block, struct pvn_block_request* request) {
    struct pvn_segment chain[PVN_BLOCK_SEGMENTS + 2];
    struct pvn_block_slot* slot = block->free_slot;
    struct pvn_block_frame* frame;
    unsigned i, writable;
    pvn_u32 bytes;
    int status = check(block, request, &bytes);

    if (status != PVN_OK)
        return status;
    if (!slot)
        return block->device->broken ? PVN_BROKEN : PVN_FULL;
    frame = slot->frame;
    frame->header.type = request->operation;
    frame->header.reserved = 0;
    frame->header.sector = request->sector;
    frame->status = STATUS_UNWRITTEN;
    chain[0].memory = &frame->header;
    chain[0].bytes = sizeof(frame->header);
    for (i = 0; i < request->segment_count; i++)
        chain[i + 1] = request->segments[i];
    chain[i + 1].memory = &frame->status;
    chain[i + 1].bytes = 1;
    writable = request->operation == PVN_BLOCK_WRITE ? 1 : i + 1;
    status = pvn_queue_add(&block->queue, chain, i + 2 - writable, writable, slot);
    if (status == PVN_OK) {
        block->free_slot = slot->next;
        slot->request = request;
        slot->data_bytes = bytes;
    }
    return status;
}

void pvn_block_kick(struct pvn_block* block) {
    pvn_queue_kick(&block->queue);
}

static void finish(struct pvn_block* block, struct pvn_block_slot* slot, int status) {
    struct pvn_block_request* request = slot->request;

    slot->request = 0;
    slot->next = block->free_slot;
    block->free_slot = slot;
    request->done(request, status);
}

/* The result of a request from its status byte and written length. */
static int outcome(struct pvn_block* block, const struct pvn_block_slot* slot, pvn_u32 written) {
    pvn_u8 code = *(const volatile pvn_u8*)&slot->frame->status;
    pvn_u32 expected = slot->request->operation == PVN_BLOCK_WRITE ? 1 : slot->data_bytes + 1;

    switch (code) {
    case PVN_BLOCK_OK:
        return written == expected || block->device->legacy ? PVN_OK : PVN_FAILED;
    case PVN_BLOCK_IO_ERROR:
        return PVN_FAILED;
    case PVN_BLOCK_UNSUPPORTED:
        return PVN_REFUSED;
    default:
        return pvn_device_break(block->device, "block: no status where one is due");
    }
}

int pvn_block_poll(struct pvn_block* block) {
    struct pvn_block_slot* slot;
    void* token;
    pvn_u32 written;
    int finished = 0, taken = 1;

    while (finished < block->queue.size) {
        taken = pvn_queue_take_or_arm(&block->queue, &token, &written);
        if (taken != 1)
            break;
        slot = (struct pvn_block_slot*)token;
        finish(block, slot, outcome(block, slot, written));
        finished++;
    }
    return taken < 0 && finished == 0 ? taken : finished;
}

int pvn_block_stop(struct pvn_block* block) {
    void* token;

    if (pvn_device_reset(block->device) != PVN_OK)
        return PVN_BROKEN;
    while (pvn_queue_detach(&block->queue, &token))
        finish(block, (struct pvn_block_slot*)token, PVN_BROKEN);
    return PVN_OK;
}

int pvn_block_interrupt(struct pvn_block* block) {
    int ours = pvn_device_interrupts(block->device) != 0;

    if (ours)
        pvn_device_wake(block->device, block->waiter);
    return ours;
}
