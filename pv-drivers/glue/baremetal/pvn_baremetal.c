/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Glue for programs without an operating system: see pvn_baremetal.h.
 */
#include "pvn_baremetal.h"

#if defined(__ARM_ARCH) && __ARM_ARCH >= 7
#define DATA_BARRIER() __asm__ __volatile__("dmb" ::: "memory")
#elif defined(__arm__)
/* One core, and devices that only look when they are kicked: order is enough. */
#define DATA_BARRIER() __asm__ __volatile__("" ::: "memory")
#else
#define DATA_BARRIER() __sync_synchronize()
#endif

void* pvn_baremetal_memory(struct pvn_baremetal* system, pvn_size bytes, pvn_size alignment) {
    pvn_size start = (pvn_size)(system->arena + system->arena_used);
    pvn_size skip = (0 - start) & (alignment - 1);
    pvn_size left = system->arena_bytes - system->arena_used, i;
    char* memory = system->arena + system->arena_used + skip;

    if (skip > left || bytes > left - skip)
        return 0;
    system->arena_used += skip + bytes;
    for (i = 0; i < bytes; i++)
        memory[i] = 0;
    return memory;
}

static void* memory(void* context, pvn_size bytes, pvn_size alignment) {
    return pvn_baremetal_memory((struct pvn_baremetal*)context, bytes, alignment);
}

static pvn_u64 device_address(void* context, const void* place, pvn_size bytes) {
    (void)context;
    (void)bytes;
    return (pvn_size)place;
}

static void barrier(void* context, enum pvn_barrier kind) {
    (void)context;
    (void)kind;
    DATA_BARRIER();
}

static void log(void* context, const char* text) {
    struct pvn_baremetal* system = (struct pvn_baremetal*)context;

    if (system->print) {
        system->print(text);
        system->print("\n");
    }
}

static void wake(void* context, void* waiter) {
    (void)context;
    *(volatile int*)waiter = 1;
}

void pvn_baremetal_start(struct pvn_baremetal* system, void* arena, pvn_size arena_bytes,
                         void (*print)(const char* text)) {
    system->os.context = system;
    system->os.memory = memory;
    system->os.device_address = device_address;
    system->os.barrier = barrier;
    system->os.log = log;
    system->os.wake = wake;
    system->arena = (char*)arena;
    system->arena_bytes = arena_bytes;
    system->arena_used = 0;
    system->print = print;
}

static pvn_u32 bus_read(void* registers, pvn_u32 offset, unsigned width) {
    const volatile char* place = (const volatile char*)registers + offset;

    if (width == 1)
        return *(const volatile pvn_u8*)place;
    if (width == 2)
        return *(const volatile pvn_u16*)place;
    return *(const volatile pvn_u32*)place;
}

static void bus_write(void* registers, pvn_u32 offset, unsigned width, pvn_u32 value) {
    volatile char* place = (volatile char*)registers + offset;

    if (width == 1)
        *(volatile pvn_u8*)place = (pvn_u8)value;
    else if (width == 2)
        *(volatile pvn_u16*)place = (pvn_u16)value;
    else
        *(volatile pvn_u32*)place = value;
}

const struct pvn_mmio_bus pvn_baremetal_bus = {bus_read, bus_write};
