/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kit takes from an operating system: integer types, memory, address
 * translation, barriers, a log and wake-ups. Everything in core/ and frontends/
 * stands on this file alone; glue/ implements it for one system each.
 */
#ifndef PVN_OS_H
#define PVN_OS_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stddef.h>
#include <stdint.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The generated <paravane/abi.h> defines the same names under the same guard. */
#ifndef PVN_TYPES_DEFINED
#define PVN_TYPES_DEFINED
typedef uint8_t pvn_u8;
typedef uint16_t pvn_u16;
typedef uint32_t pvn_u32;
typedef int32_t pvn_s32;
typedef uint64_t pvn_u64;
#endif
typedef size_t pvn_size;

/*
 * Stands before what only brings a device up. Who drops such code once the devices
 * run says in which section it goes.
 */
#ifndef PVN_START_UP
#define PVN_START_UP
#endif

/* Results of every call that can fail; counts and yes/no answers are >= 0. */
enum pvn_status {
    PVN_OK = 0,
    PVN_FULL = -1,      /* no room now; try again after the next completion */
    PVN_INVALID = -2,   /* the caller's argument breaks the contract */
    PVN_BROKEN = -3,    /* the device broke the standard; only a restart helps */
    PVN_REFUSED = -4,   /* the device lacks or declined something required */
    PVN_NO_MEMORY = -5, /* pvn_os.memory gave nothing */
    PVN_FAILED = -6     /* the device reports that the operation failed */
};

enum pvn_barrier {
    PVN_BARRIER_READ,  /* loads before it come before loads after it */
    PVN_BARRIER_WRITE, /* stores before it come before stores after it */
    PVN_BARRIER_FULL   /* everything before it comes before everything after */
};

#define PVN_NO_ADDRESS (~(pvn_u64)0)

/*
 * The table that an operating system fills in. It must outlive the devices that
 * use it. `log` and `wake` may be called from interrupt context and may not
 * block; they may be null. `memory` is called by the start functions only.
 */
struct pvn_os {
    void* context;
    /* Zeroed memory that the device can reach, physically contiguous, never
     * taken back; alignment is a power of two up to 4096. Null: there is none. */
    void* (*memory)(void* context, pvn_size bytes, pvn_size alignment);
    /* The guest-physical address of `bytes` bytes at `memory`, or PVN_NO_ADDRESS
     * where they are not contiguous or not the device's to reach. */
    pvn_u64 (*device_address)(void* context, const void* memory, pvn_size bytes);
    void (*barrier)(void* context, enum pvn_barrier kind);
    void (*log)(void* context, const char* text);
    void (*wake)(void* context, void* waiter);
};

/* Single accesses to memory that the device shares: never torn, never repeated. */
#define PVN_LOAD16(place) (*(const volatile pvn_u16*)(place))
#define PVN_LOAD32(place) (*(const volatile pvn_u32*)(place))
#define PVN_STORE16(place, value) (*(volatile pvn_u16*)(place) = (pvn_u16)(value))
#define PVN_STORE32(place, value) (*(volatile pvn_u32*)(place) = (pvn_u32)(value))

#ifdef __cplusplus
}
#endif
#endif
