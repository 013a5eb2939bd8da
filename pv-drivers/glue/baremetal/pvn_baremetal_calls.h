/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The Paravane transport's service calls for a guest kernel on ARM, by the ABI's
 * own stubs. Include it in one file of the guest; see pvn_paravane.h.
 */
#ifndef PVN_BAREMETAL_CALLS_H
#define PVN_BAREMETAL_CALLS_H

#include "pvn_paravane.h"

#include <paravane/stubs.h>

static pvn_s32 pvn_baremetal_kick(void* context, pvn_u32 device, pvn_u32 queue) {
    (void)context;
    return pvn_device_kick(device, queue);
}

static pvn_s32 pvn_baremetal_config(void* context, pvn_u32 device, pvn_u32 operation,
                                    pvn_u32 argument) {
    (void)context;
    return pvn_device_config(device, operation, argument);
}

static const struct pvn_paravane_calls pvn_baremetal_calls = {pvn_baremetal_kick,
                                                              pvn_baremetal_config, 0};

#endif
