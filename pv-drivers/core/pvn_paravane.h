/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The Paravane transport: one device page in memory that guest and hypervisor
 * share, and two service calls. The page's layout is the ABI's; each of its words
 * has one writer. Below it: the glue, which knows how to make a service call.
 */
#ifndef PVN_PARAVANE_H
#define PVN_PARAVANE_H

#include "pvn_device.h"

#include <paravane/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The service calls device_kick and device_config; 0 is success. */
struct pvn_paravane_calls {
    pvn_s32 (*kick)(void* context, pvn_u32 device, pvn_u32 queue);
    pvn_s32 (*config)(void* context, pvn_u32 device, pvn_u32 operation, pvn_u32 argument);
    void* context;
};

struct pvn_paravane {
    struct pvn_device device;
    const struct pvn_paravane_calls* calls;
    struct pvn_device_page* page;
    pvn_u32 index;
    pvn_u32 seen;      /* interrupt_status at the last look */
    pvn_u32 unsettled; /* looks at the generation while it was odd */
};

/* `page` is device page number `index`. PVN_REFUSED where it is empty or none. */
int pvn_paravane_probe(struct pvn_paravane* paravane, const struct pvn_paravane_calls* calls,
                       struct pvn_device_page* page, pvn_u32 index, const struct pvn_os* os);

#ifdef __cplusplus
}
#endif
#endif
