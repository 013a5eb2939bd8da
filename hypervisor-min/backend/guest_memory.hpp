// SPDX-License-Identifier: BSD-2-Clause
// How a back end reaches a VM's memory: guest-physical ranges become bytes, by the map
// of whoever keeps the VM's memory. Used by ring.cpp.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace paravane::backend {

/// The RAM of one VM, which stays where it is for as long as the system runs. A region
/// may stand here by itself, so that what lies in it costs no call.
struct guest_memory {
    void* context;
    /// Null unless [address, address + bytes) lies wholly in one region of the VM's RAM.
    uint8_t* (*translate)(void* context, uint64_t address, uint32_t bytes);
    uint8_t* region = nullptr;
    uint32_t first = 0;
    uint32_t size = 0;

    [[gnu::always_inline]] uint8_t* at(uint64_t address, uint32_t bytes) const {
        const uint32_t offset = static_cast<uint32_t>(address) - first;
        if ((address >> 32) == 0 && offset < size && bytes <= size - offset) [[likely]] {
            return region + offset;
        }
        return translate(context, address, bytes);
    }
};

/// A piece of guest memory, checked and translated.
struct segment {
    uint8_t* memory;
    uint32_t bytes;
};

} // namespace paravane::backend
