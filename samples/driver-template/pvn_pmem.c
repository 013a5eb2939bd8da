/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A front end to start from: see pvn_pmem.h.
 */
#include "pvn_pmem.h"

static int read_range(struct pvn_pmem* pmem) {
    pvn_u32 fields[4];
    int status = pvn_device_fields(pmem->device, 0, 4, 4, fields);

    if (status != PVN_OK)
        return status;
    pmem->first = fields[0] | (pvn_u64)fields[1] << 32;
    pmem->bytes = fields[2] | (pvn_u64)fields[3] << 32;
    if (pmem->first + pmem->bytes < pmem->first)
        return pvn_device_break(pmem->device, "pmem: range wraps");
    return PVN_OK;
}

int pvn_pmem_start(struct pvn_pmem* pmem, struct pvn_device* device, void* waiter) {
    const struct pvn_os* os = device->os;
    int status;

    pmem->device = device;
    pmem->waiter = waiter;
    if (!pmem->request)
        pmem->request =
            (struct pvn_pmem_request*)os->memory(os->context, sizeof(*pmem->request), 16);
    if (!pmem->request)
        return PVN_NO_MEMORY;
    status = pvn_device_begin(device, PVN_KIND_PMEM, 0, 0);
    if (status == PVN_OK)
        status = read_range(pmem);
    if (status == PVN_OK)
        status = pvn_queue_start(&pmem->queue, device, 0, 2, 0);
    if (status != PVN_OK)
        return status;
    pvn_device_ready(device);
    pvn_queue_arm(&pmem->queue);
    return PVN_OK;
}

int pvn_pmem_flush(struct pvn_pmem* pmem) {
    struct pvn_segment parts[2];
    int status;

    if (pmem->queue.in_flight)
        return PVN_FULL;
    pmem->request->type = 0;
    parts[0].memory = &pmem->request->type;
    parts[1].memory = &pmem->request->result;
    parts[0].bytes = parts[1].bytes = sizeof(pvn_u32);
    status = pvn_queue_add(&pmem->queue, parts, 1, 1, pmem);
    if (status == PVN_OK)
        pvn_queue_kick(&pmem->queue);
    return status;
}

int pvn_pmem_poll(struct pvn_pmem* pmem) {
    void* token;
    pvn_u32 written;
    int taken = pvn_queue_take_or_arm(&pmem->queue, &token, &written);

    if (taken != 1)
        return taken;
    if (written != sizeof(pvn_u32) && !pmem->device->legacy)
        return pvn_device_break(pmem->device, "pmem: answer of a wrong length");
    pmem->result = PVN_LOAD32(&pmem->request->result) == 0 ? PVN_OK : PVN_FAILED;
    return 1;
}

int pvn_pmem_interrupt(struct pvn_pmem* pmem) {
    int ours = pvn_device_interrupts(pmem->device) != 0;

    if (ours)
        pvn_device_wake(pmem->device, pmem->waiter);
    return ours;
}
