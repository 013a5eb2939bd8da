/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Start, stop and feature negotiation of a device: see pvn_device.h. Above:
 * the front ends. Below: pvn_mmio.c or pvn_paravane.c.
 */
#include "pvn_device.h"

int pvn_device_has(const struct pvn_device* device, unsigned feature) {
    return (int)((device->features >> feature) & 1);
}

int(pvn_device_break)(struct pvn_device* device, const char* reason) {
    const struct pvn_os* os = device->os;

    if (!device->broken) {
        device->broken = reason;
        device->transport->set_status(device,
                                      device->transport->status(device) | PVN_STATUS_FAILED);
        if (os->log)
            os->log(os->context, reason);
    }
    return PVN_BROKEN;
}

void pvn_device_wake(struct pvn_device* device, void* waiter) {
    const struct pvn_os* os = device->os;

    if (os->wake && waiter)
        os->wake(os->context, waiter);
}

int pvn_device_reset(struct pvn_device* device) {
    int reads;

    device->transport->set_status(device, 0);
    for (reads = 0; reads < PVN_RESET_READS; reads++)
        if (device->transport->status(device) == 0)
            return PVN_OK;
    return pvn_device_break(device, "reset is not confirmed");
}

PVN_START_UP static int decline(struct pvn_device* device) {
    device->transport->set_status(device, device->transport->status(device) | PVN_STATUS_FAILED);
    return PVN_REFUSED;
}

PVN_START_UP int pvn_device_begin(struct pvn_device* device, pvn_u32 kind, pvn_u64 wanted,
                                  pvn_u64 required) {
    return pvn_device_agree(device, kind,
                            wanted | PVN_FEATURE(PVN_F_INDIRECT) | PVN_FEATURE(PVN_F_EVENT_INDEX),
                            required);
}

PVN_START_UP int pvn_device_agree(struct pvn_device* device, pvn_u32 kind, pvn_u64 wanted,
                                  pvn_u64 required) {
    const struct pvn_transport* transport = device->transport;
    pvn_u32 status = PVN_STATUS_ACKNOWLEDGE | PVN_STATUS_DRIVER;
    pvn_u64 offered;

    device->features = 0;
    device->broken = 0;
    if (device->kind != kind)
        return PVN_REFUSED;
    if (pvn_device_reset(device) != PVN_OK)
        return PVN_BROKEN;
    transport->set_status(device, PVN_STATUS_ACKNOWLEDGE);
    transport->set_status(device, status);
    if (!device->legacy)
        required |= PVN_FEATURE(PVN_F_VERSION_1);
    offered = transport->offered(device);
    if ((offered & required) != required)
        return decline(device);
    device->features = offered & (wanted | required);
    if (transport->accept(device, device->features) != PVN_OK)
        return decline(device);
    if (device->legacy)
        return PVN_OK;
    transport->set_status(device, status | PVN_STATUS_FEATURES_OK);
    if (!(transport->status(device) & PVN_STATUS_FEATURES_OK))
        return decline(device);
    return PVN_OK;
}

PVN_START_UP void pvn_device_ready(struct pvn_device* device) {
    device->transport->set_status(device, device->transport->status(device) | PVN_STATUS_DRIVER_OK);
}

PVN_START_UP int pvn_device_fields(struct pvn_device* device, pvn_u32 offset, unsigned width,
                                   unsigned count, pvn_u32* fields) {
    const struct pvn_transport* transport = device->transport;
    unsigned tries, i;

    for (tries = 0; tries < PVN_CONFIG_TRIES; tries++) {
        pvn_u32 before = transport->config_generation(device);

        for (i = 0; i < count; i++)
            fields[i] = transport->config_read(device, offset + i * width, width);
        if (transport->config_generation(device) == before)
            return PVN_OK;
    }
    return pvn_device_break(device, "configuration never settles");
}

pvn_u32 pvn_device_interrupts(struct pvn_device* device) {
    pvn_u32 bits = device->transport->interrupts(device);

    if ((bits & PVN_INTERRUPT_CONFIG) &&
        (device->transport->status(device) & PVN_STATUS_NEEDS_RESET))
        pvn_device_break(device, "device asks for a reset");
    return bits;
}
