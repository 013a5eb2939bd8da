/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The driver's side of a split virtqueue: see pvn_queue.h. Below: pvn_device.c.
 */
#include "pvn_queue.h"

#include "pvn_device.h"

static void barrier(const struct pvn_queue* queue, enum pvn_barrier kind) {
    const struct pvn_os* os = queue->device->os;

    os->barrier(os->context, kind);
}

static pvn_u16* used_event(const struct pvn_queue* queue) {
    return PVN_AVAIL_RING(queue->available) + queue->size;
}

static pvn_u16* available_event(const struct pvn_queue* queue) {
    return (pvn_u16*)(PVN_USED_RING(queue->used) + queue->size);
}

PVN_START_UP static pvn_size used_offset(pvn_u16 size, pvn_size alignment) {
    pvn_size end = sizeof(struct pvn_desc) * size + PVN_AVAIL_BYTES(size);

    return (end + alignment - 1) & ~(alignment - 1);
}

PVN_START_UP static int take_memory(struct pvn_queue* queue, pvn_u16 size) {
    const struct pvn_os* os = queue->device->os;
    pvn_size used_at = used_offset(size, PVN_LEGACY_ALIGNMENT);
    char* rings;

    rings = (char*)os->memory(os->context, used_at + PVN_USED_BYTES(size), PVN_LEGACY_ALIGNMENT);
    queue->slots = (struct pvn_slot*)os->memory(os->context, sizeof(struct pvn_slot) * size, 16);
    if (queue->indirect_limit)
        queue->indirect = (struct pvn_desc*)os->memory(
            os->context, sizeof(struct pvn_desc) * size * queue->indirect_limit, 16);
    if (!rings || !queue->slots || (queue->indirect_limit && !queue->indirect))
        return PVN_NO_MEMORY;
    queue->descriptors = (struct pvn_desc*)rings;
    queue->available = (struct pvn_ring_head*)(rings + sizeof(struct pvn_desc) * size);
    queue->used = (struct pvn_ring_head*)(rings + used_at);
    queue->memory_size = size;
    return PVN_OK;
}

PVN_START_UP static void clear_rings(struct pvn_queue* queue) {
    pvn_u16 i;

    queue->available->flags = 0;
    queue->available->index = 0;
    queue->used->flags = 0;
    queue->used->index = 0;
    PVN_STORE16(used_event(queue), 0);
    PVN_STORE16(available_event(queue), 0);
    for (i = 0; i < queue->size; i++) {
        queue->slots[i].token = 0;
        queue->slots[i].next = (pvn_u16)(i + 1);
    }
    queue->free_head = 0;
    queue->free_count = queue->size;
    queue->published = queue->announced = queue->consumed = queue->in_flight = 0;
}

PVN_START_UP int pvn_queue_start(struct pvn_queue* queue, struct pvn_device* device, pvn_u16 index,
                                 pvn_u16 wanted, pvn_u16 indirect_limit) {
    pvn_u32 limit = device->transport->queue_limit(device, index);
    pvn_u16 size = 1;
    int status;

    if (limit == 0 || wanted == 0)
        return PVN_REFUSED;
    if (limit > PVN_QUEUE_LARGEST)
        return pvn_device_break(device, "queue limit above 32768");
    if (wanted > limit)
        wanted = (pvn_u16)limit;
    while (size <= wanted / 2)
        size = (pvn_u16)(size * 2);
    queue->device = device;
    queue->index = index;
    queue->size = size;
    queue->use_indirect = indirect_limit && pvn_device_has(device, PVN_F_INDIRECT);
    queue->use_events = (pvn_u8)pvn_device_has(device, PVN_F_EVENT_INDEX);
    if (queue->memory_size == 0) {
        queue->indirect_limit = indirect_limit;
        status = take_memory(queue, size);
        if (status != PVN_OK)
            return status;
    } else if (queue->memory_size != size || queue->indirect_limit != indirect_limit) {
        return PVN_REFUSED;
    }
    clear_rings(queue);
    return device->transport->queue_enable(device, queue);
}

/* The sum of the segments' bytes, or 0 where one is empty or the sum is too large. */
static pvn_u32 total_bytes(const struct pvn_segment* segments, unsigned count) {
    pvn_u32 total = 0;
    unsigned i;

    for (i = 0; i < count; i++) {
        if (segments[i].bytes == 0 || total + segments[i].bytes < total)
            return 0;
        total += segments[i].bytes;
    }
    return total;
}

static int fill(const struct pvn_queue* queue, struct pvn_desc* place, void* memory, pvn_u32 bytes,
                unsigned flags) {
    const struct pvn_os* os = queue->device->os;
    pvn_u64 address = os->device_address(os->context, memory, bytes);

    if (address == PVN_NO_ADDRESS)
        return PVN_INVALID;
    place->address = address;
    place->bytes = bytes;
    place->flags = (pvn_u16)flags;
    return PVN_OK;
}

static int fill_direct(struct pvn_queue* queue, const struct pvn_segment* segments,
                       unsigned readable, unsigned count) {
    pvn_u16 at = queue->free_head;
    unsigned i;

    for (i = 0; i < count; i++) {
        unsigned flags = (i < readable ? 0 : PVN_DESC_WRITE) | (i + 1 < count ? PVN_DESC_NEXT : 0);
        struct pvn_desc* place = &queue->descriptors[at];

        if (fill(queue, place, segments[i].memory, segments[i].bytes, flags) != PVN_OK)
            return PVN_INVALID;
        at = queue->slots[at].next;
        place->next = i + 1 < count ? at : 0;
    }
    return PVN_OK;
}

static int fill_indirect(struct pvn_queue* queue, const struct pvn_segment* segments,
                         unsigned readable, unsigned count) {
    pvn_u16 head = queue->free_head;
    struct pvn_desc* table = queue->indirect + (pvn_size)head * queue->indirect_limit;
    unsigned i;

    for (i = 0; i < count; i++) {
        unsigned flags = (i < readable ? 0 : PVN_DESC_WRITE) | (i + 1 < count ? PVN_DESC_NEXT : 0);

        if (fill(queue, &table[i], segments[i].memory, segments[i].bytes, flags) != PVN_OK)
            return PVN_INVALID;
        table[i].next = (pvn_u16)(i + 1 < count ? i + 1 : 0);
    }
    queue->descriptors[head].next = 0;
    return fill(queue, &queue->descriptors[head], table, (pvn_u32)(count * sizeof(*table)),
                PVN_DESC_INDIRECT);
}

void pvn_queue_offer(struct pvn_queue* queue, pvn_u16 head) {
    PVN_STORE16(&PVN_AVAIL_RING(queue->available)[queue->published & (queue->size - 1)], head);
    queue->published++;
    queue->in_flight++;
    barrier(queue, PVN_BARRIER_WRITE);
    PVN_STORE16(&queue->available->index, queue->published);
}

static void publish(struct pvn_queue* queue, pvn_u16 count, pvn_u32 writable, void* token) {
    pvn_u16 head = queue->free_head, last = head, i;

    for (i = 1; i < count; i++)
        last = queue->slots[last].next;
    queue->free_head = queue->slots[last].next;
    queue->free_count = (pvn_u16)(queue->free_count - count);
    queue->slots[head].token = token;
    queue->slots[head].writable = writable;
    queue->slots[head].count = count;
    pvn_queue_offer(queue, head);
}

int pvn_queue_add(struct pvn_queue* queue, const struct pvn_segment* segments, unsigned readable,
                  unsigned writable, void* token) {
    unsigned count = readable + writable, needed;
    int status;

    if (queue->device->broken)
        return PVN_BROKEN;
    if (!token || count == 0 || count > queue->size || total_bytes(segments, count) == 0)
        return PVN_INVALID;
    needed = count > 1 && queue->use_indirect && count <= queue->indirect_limit ? 1 : count;
    if (needed > queue->free_count)
        return PVN_FULL;
    if (needed == count)
        status = fill_direct(queue, segments, readable, count);
    else
        status = fill_indirect(queue, segments, readable, count);
    if (status == PVN_OK)
        publish(queue, (pvn_u16)needed, total_bytes(segments + readable, writable), token);
    return status;
}

void pvn_queue_kick(struct pvn_queue* queue) {
    pvn_u16 before = queue->announced;
    int needed;

    if (queue->device->broken || before == queue->published)
        return;
    queue->announced = queue->published;
    barrier(queue, PVN_BARRIER_FULL);
    if (queue->use_events)
        needed = PVN_EVENT_PASSED(PVN_LOAD16(available_event(queue)), queue->published, before);
    else
        needed = !(PVN_LOAD16(&queue->used->flags) & PVN_USED_NO_NOTIFY);
    if (needed)
        queue->device->transport->kick(queue->device, queue->index);
}

static void release(struct pvn_queue* queue, pvn_u16 head) {
    pvn_u16 last = head, i;

    for (i = 1; i < queue->slots[head].count; i++)
        last = queue->slots[last].next;
    queue->slots[last].next = queue->free_head;
    queue->free_head = head;
    queue->free_count = (pvn_u16)(queue->free_count + queue->slots[head].count);
    queue->slots[head].token = 0;
    queue->in_flight--;
}

int pvn_queue_take(struct pvn_queue* queue, void** token, pvn_u32* written) {
    const struct pvn_used_element* element;
    pvn_u32 id, bytes;
    pvn_u16 ready;

    if (queue->device->broken)
        return PVN_BROKEN;
    ready = (pvn_u16)(PVN_LOAD16(&queue->used->index) - queue->consumed);
    if (ready == 0)
        return 0;
    if (ready > queue->in_flight)
        return pvn_device_break(queue->device, "used index beyond what was offered");
    barrier(queue, PVN_BARRIER_READ);
    element = &PVN_USED_RING(queue->used)[queue->consumed & (queue->size - 1)];
    id = PVN_LOAD32(&element->id);
    bytes = PVN_LOAD32(&element->bytes);
    if (id >= queue->size)
        return pvn_device_break(queue->device, "used element names no descriptor");
    if (!queue->slots[id].token)
        return pvn_device_break(queue->device, "used element names a chain not in flight");
    if (bytes > queue->slots[id].writable) {
        /* Legacy devices were never held to an exact length (2.7.8.1). */
        if (!queue->device->legacy)
            return pvn_device_break(queue->device, "used length beyond the buffer");
        bytes = queue->slots[id].writable;
    }
    *token = queue->slots[id].token;
    *written = bytes;
    queue->consumed++;
    release(queue, (pvn_u16)id);
    return 1;
}

int pvn_queue_arm(struct pvn_queue* queue) {
    if (queue->device->broken)
        return 0;
    if (queue->use_events)
        PVN_STORE16(used_event(queue), queue->consumed);
    else
        PVN_STORE16(&queue->available->flags, 0);
    barrier(queue, PVN_BARRIER_FULL);
    return PVN_LOAD16(&queue->used->index) != queue->consumed;
}

int pvn_queue_take_or_arm(struct pvn_queue* queue, void** token, pvn_u32* written) {
    int taken = pvn_queue_take(queue, token, written);

    if (taken == 0 && pvn_queue_arm(queue))
        taken = pvn_queue_take(queue, token, written);
    return taken;
}

void pvn_queue_disarm(struct pvn_queue* queue) {
    /* With event index an interrupt comes once per pvn_queue_arm anyway. */
    if (!queue->use_events)
        PVN_STORE16(&queue->available->flags, PVN_AVAIL_NO_INTERRUPT);
}

int pvn_queue_detach(struct pvn_queue* queue, void** token) {
    pvn_u16 i;

    for (i = 0; i < queue->memory_size; i++)
        if (queue->slots[i].token) {
            *token = queue->slots[i].token;
            release(queue, i);
            return 1;
        }
    return 0;
}
