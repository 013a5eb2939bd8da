/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A front end to start from: persistent memory (virtio 1.2, 5.19). The device tells
 * where its memory lies; one request says "flush". pv-drivers/README.md explains
 * each step.
 *
 * Contract
 *   Interrupt context: every call but start; none of them blocks.
 *   One caller at a time over flush and poll; interrupt may overlap.
 *   Buffers: none of the caller's.
 *   Wake-ups: once poll gave 0, the answer wakes `waiter`.
 */
#ifndef PVN_PMEM_H
#define PVN_PMEM_H

#include "pvn_device.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PVN_KIND_PMEM 27u

/* What the device reads, then what it writes. */
struct pvn_pmem_request {
    pvn_u32 type;
    pvn_u32 result;
};

/* Zero before the first start. */
struct pvn_pmem {
    struct pvn_device* device;
    struct pvn_queue queue;
    void* waiter;
    pvn_u64 first; /* guest-physical address of the memory */
    pvn_u64 bytes;
    struct pvn_pmem_request* request;
    int result; /* of the last flush: PVN_OK, PVN_FAILED */
};

int pvn_pmem_start(struct pvn_pmem* pmem, struct pvn_device* device, void* waiter);

/* Asks for a flush; PVN_FULL while one is on its way, PVN_BROKEN. */
int pvn_pmem_flush(struct pvn_pmem* pmem);

/* 1 when the flush is over and `result` is set, 0, or PVN_BROKEN. */
int pvn_pmem_poll(struct pvn_pmem* pmem);

/* The device's interrupt; 0 when it was not this device's. */
int pvn_pmem_interrupt(struct pvn_pmem* pmem);

#ifdef __cplusplus
}
#endif
#endif
