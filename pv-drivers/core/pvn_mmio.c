/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The virtio-mmio transport (virtio 1.2, section 4.2): see pvn_mmio.h.
 */
#include "pvn_mmio.h"

static pvn_u32 get(struct pvn_device* device, pvn_u32 offset) {
    struct pvn_mmio* mmio = (struct pvn_mmio*)device;

    return mmio->bus->read(mmio->registers, offset, 4);
}

static void put(struct pvn_device* device, pvn_u32 offset, pvn_u32 value) {
    struct pvn_mmio* mmio = (struct pvn_mmio*)device;

    mmio->bus->write(mmio->registers, offset, 4, value);
}

PVN_START_UP static pvn_u64 mmio_offered(struct pvn_device* device) {
    pvn_u64 features;

    put(device, PVN_MMIO_OFFERED_SELECT, 1);
    features = device->legacy ? 0 : (pvn_u64)get(device, PVN_MMIO_OFFERED) << 32;
    put(device, PVN_MMIO_OFFERED_SELECT, 0);
    return features | get(device, PVN_MMIO_OFFERED);
}

PVN_START_UP static int mmio_accept(struct pvn_device* device, pvn_u64 features) {
    put(device, PVN_MMIO_ACCEPTED_SELECT, 1);
    put(device, PVN_MMIO_ACCEPTED, (pvn_u32)(features >> 32));
    put(device, PVN_MMIO_ACCEPTED_SELECT, 0);
    put(device, PVN_MMIO_ACCEPTED, (pvn_u32)features);
    if (device->legacy)
        put(device, PVN_MMIO_LEGACY_PAGE_SIZE, PVN_LEGACY_ALIGNMENT);
    return PVN_OK;
}

static pvn_u32 mmio_status(struct pvn_device* device) {
    return get(device, PVN_MMIO_STATUS);
}

static void mmio_set_status(struct pvn_device* device, pvn_u32 status) {
    const struct pvn_os* os = device->os;

    /* Whatever the device is to find in memory must be there first. */
    os->barrier(os->context, PVN_BARRIER_FULL);
    put(device, PVN_MMIO_STATUS, status);
}

PVN_START_UP static pvn_u32 mmio_config_read(struct pvn_device* device, pvn_u32 offset,
                                             unsigned width) {
    struct pvn_mmio* mmio = (struct pvn_mmio*)device;

    return mmio->bus->read(mmio->registers, PVN_MMIO_CONFIG + offset, width);
}

PVN_START_UP static void mmio_config_write(struct pvn_device* device, pvn_u32 offset,
                                           unsigned width, pvn_u32 value) {
    struct pvn_mmio* mmio = (struct pvn_mmio*)device;

    mmio->bus->write(mmio->registers, PVN_MMIO_CONFIG + offset, width, value);
}

PVN_START_UP static pvn_u32 mmio_config_generation(struct pvn_device* device) {
    return device->legacy ? 0 : get(device, PVN_MMIO_GENERATION);
}

PVN_START_UP static pvn_u32 mmio_queue_limit(struct pvn_device* device, pvn_u16 index) {
    put(device, PVN_MMIO_QUEUE_SELECT, index);
    if (get(device, device->legacy ? PVN_MMIO_LEGACY_QUEUE_PAGE : PVN_MMIO_QUEUE_READY) != 0)
        return 0;
    return get(device, PVN_MMIO_QUEUE_LIMIT);
}

PVN_START_UP static pvn_u64 part_address(const struct pvn_queue* queue, const void* part,
                                         pvn_size bytes) {
    const struct pvn_os* os = queue->device->os;

    return os->device_address(os->context, part, bytes);
}

PVN_START_UP static int enable_legacy(struct pvn_device* device, const struct pvn_queue* queue) {
    pvn_size bytes = (pvn_size)((const char*)queue->used - (const char*)queue->descriptors) +
                     PVN_USED_BYTES(queue->size);
    pvn_u64 address = part_address(queue, queue->descriptors, bytes);

    if (address % PVN_LEGACY_ALIGNMENT || address / PVN_LEGACY_ALIGNMENT > 0xffffffffu)
        return PVN_NO_MEMORY;
    put(device, PVN_MMIO_LEGACY_QUEUE_ALIGN, PVN_LEGACY_ALIGNMENT);
    put(device, PVN_MMIO_LEGACY_QUEUE_PAGE, (pvn_u32)(address / PVN_LEGACY_ALIGNMENT));
    return PVN_OK;
}

PVN_START_UP static void put_address(struct pvn_device* device, pvn_u32 offset, pvn_u64 address) {
    put(device, offset, (pvn_u32)address);
    put(device, offset + 4, (pvn_u32)(address >> 32));
}

PVN_START_UP static int mmio_queue_enable(struct pvn_device* device,
                                          const struct pvn_queue* queue) {
    pvn_u64 descriptors =
        part_address(queue, queue->descriptors, sizeof(struct pvn_desc) * queue->size);
    pvn_u64 available = part_address(queue, queue->available, PVN_AVAIL_BYTES(queue->size));
    pvn_u64 used = part_address(queue, queue->used, PVN_USED_BYTES(queue->size));

    if (descriptors == PVN_NO_ADDRESS || available == PVN_NO_ADDRESS || used == PVN_NO_ADDRESS)
        return PVN_NO_MEMORY;
    put(device, PVN_MMIO_QUEUE_SELECT, queue->index);
    put(device, PVN_MMIO_QUEUE_SIZE, queue->size);
    if (device->legacy)
        return enable_legacy(device, queue);
    put_address(device, PVN_MMIO_QUEUE_DESC, descriptors);
    put_address(device, PVN_MMIO_QUEUE_AVAIL, available);
    put_address(device, PVN_MMIO_QUEUE_USED, used);
    put(device, PVN_MMIO_QUEUE_READY, 1);
    return get(device, PVN_MMIO_QUEUE_READY) == 1 ? PVN_OK : PVN_REFUSED;
}

static void mmio_kick(struct pvn_device* device, pvn_u16 index) {
    put(device, PVN_MMIO_KICK, index);
}

static pvn_u32 mmio_interrupts(struct pvn_device* device) {
    pvn_u32 bits =
        get(device, PVN_MMIO_INTERRUPT_STATUS) & (PVN_INTERRUPT_QUEUE | PVN_INTERRUPT_CONFIG);

    if (bits)
        put(device, PVN_MMIO_INTERRUPT_ACKNOWLEDGE, bits);
    return bits;
}

static const struct pvn_transport mmio_transport = {mmio_offered,
                                                    mmio_accept,
                                                    mmio_status,
                                                    mmio_set_status,
                                                    mmio_config_read,
                                                    mmio_config_write,
                                                    mmio_config_generation,
                                                    mmio_queue_limit,
                                                    mmio_queue_enable,
                                                    mmio_kick,
                                                    mmio_interrupts};

PVN_START_UP int pvn_mmio_probe(struct pvn_mmio* mmio, const struct pvn_mmio_bus* bus,
                                void* registers, const struct pvn_os* os) {
    struct pvn_device* device = &mmio->device;
    pvn_u32 version;

    mmio->bus = bus;
    mmio->registers = registers;
    device->transport = &mmio_transport;
    device->os = os;
    device->features = 0;
    device->broken = 0;
    if (get(device, PVN_MMIO_MAGIC) != PVN_MMIO_MAGIC_VALUE)
        return PVN_REFUSED;
    version = get(device, PVN_MMIO_VERSION);
    device->kind = get(device, PVN_MMIO_KIND);
    device->legacy = version == 1;
    return (version == 1 || version == 2) && device->kind != 0 ? PVN_OK : PVN_REFUSED;
}
