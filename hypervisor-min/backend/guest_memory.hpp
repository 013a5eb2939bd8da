// SPDX-License-Identifier: BSD-2-Clause
// How a back end reaches a VM's memory: one function that turns guest-physical
// ranges into bytes, given by whoever keeps the VM's memory map. Used by ring.cpp.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace paravane::backend {

/// The RAM of one VM. `translate` answers null unless [address, address + bytes)
/// lies wholly in one region of the VM's own RAM; page offsets are kept. Whoever
/// takes pages away (balloon, end of the VM) first increments *generation.
struct guest_memory {
    void* context;
    uint8_t* (*translate)(void* context, uint64_t address, uint32_t bytes);
    const uint32_t* generation;

    uint8_t* at(uint64_t address, uint32_t bytes) const {
        return translate(context, address, bytes);
    }
};

/// A piece of guest memory, checked and translated.
struct segment {
    uint8_t* memory;
    uint32_t bytes;
};

} // namespace paravane::backend
