/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The virtio-mmio transport, versions 1 (legacy) and 2. Below it stands a bus:
 * two functions that reach the registers (plain loads on bare metal, readl on
 * Linux, a model in the host tests).
 */
#ifndef PVN_MMIO_H
#define PVN_MMIO_H

#include "pvn_device.h"

#ifdef __cplusplus
extern "C" {
#endif

struct pvn_mmio_bus {
    pvn_u32 (*read)(void* registers, pvn_u32 offset, unsigned width);
    void (*write)(void* registers, pvn_u32 offset, unsigned width, pvn_u32 value);
};

struct pvn_mmio {
    struct pvn_device device;
    const struct pvn_mmio_bus* bus;
    void* registers;
};

/*
 * Looks at the registers and fills in `mmio`. PVN_REFUSED where there is no
 * virtio-mmio device, an empty slot (device type 0), or an unknown version.
 */
int pvn_mmio_probe(struct pvn_mmio* mmio, const struct pvn_mmio_bus* bus, void* registers,
                   const struct pvn_os* os);

#ifdef __cplusplus
}
#endif
#endif
