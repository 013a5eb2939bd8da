/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Glue for programs without an operating system, and for an RTOS: memory from one
 * arena, addresses equal to physical ones, wake-ups as flags. Above it: core/ and
 * frontends/ as they are.
 */
#ifndef PVN_BAREMETAL_H
#define PVN_BAREMETAL_H

#include "pvn_mmio.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The arena is plain RAM, mapped one to one and coherent with the device (with
 * caches on, the hypervisor's and QEMU's devices are). Whoever waits passes the
 * address of a `volatile int` as waiter: wake sets it to 1.
 */
struct pvn_baremetal {
    struct pvn_os os;
    char* arena;
    pvn_size arena_bytes;
    pvn_size arena_used;
    void (*print)(const char* text); /* the log; may be null */
};

void pvn_baremetal_start(struct pvn_baremetal* system, void* arena, pvn_size arena_bytes,
                         void (*print)(const char* text));

/* Memory from the arena, zeroed; null when it is used up. */
void* pvn_baremetal_memory(struct pvn_baremetal* system, pvn_size bytes, pvn_size alignment);

/* Registers by plain loads and stores. */
extern const struct pvn_mmio_bus pvn_baremetal_bus;

#ifdef __cplusplus
}
#endif
#endif
