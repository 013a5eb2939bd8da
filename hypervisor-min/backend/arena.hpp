// SPDX-License-Identifier: BSD-2-Clause
// Memory that is handed out once and never taken back: what the devices of a VM are
// made of when the system starts. Used by vm_devices.cpp.
#pragma once

#include "lib/marks.hpp"

#include <stddef.h>
#include <stdint.h>

namespace paravane::backend {

class arena {
public:
    /// `memory` is zero and aligned to 8.
    arena(uint8_t* memory, uint32_t bytes) : next_{memory}, left_{bytes} {}

    /// Zeroed, aligned to 8 or more; null when there is not enough left.
    PVN_BOOT_ONLY void* take(uint32_t bytes, uint32_t alignment = 8) {
        const uint32_t rounded = (bytes + 7) & ~7u;
        const uint32_t skip =
            (0 - static_cast<uint32_t>(reinterpret_cast<uintptr_t>(next_))) & (alignment - 1);
        if (rounded < bytes || skip > left_ || rounded > left_ - skip) {
            return nullptr;
        }
        uint8_t* memory = next_ + skip;
        next_ = memory + rounded;
        left_ -= skip + rounded;
        return memory;
    }

private:
    uint8_t* next_;
    uint32_t left_;
};

} // namespace paravane::backend

/// `new (arena) T{…}`: null when there is not enough left.
inline void* operator new(size_t bytes, paravane::backend::arena& from) noexcept {
    return from.take(static_cast<uint32_t>(bytes));
}
