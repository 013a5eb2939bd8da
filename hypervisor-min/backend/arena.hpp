// SPDX-License-Identifier: BSD-2-Clause
// Memory that is handed out once and never taken back: what the devices of a VM are
// made of when the system starts. Used by vm_devices.cpp.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace paravane::backend {

class arena {
public:
    /// `memory` is zero and aligned to 8.
    arena(uint8_t* memory, uint32_t bytes) : next_{memory}, left_{bytes} {}

    /// Zeroed, aligned to 8; null when there is not enough left.
    void* take(uint32_t bytes) {
        const uint32_t rounded = (bytes + 7) & ~7u;
        if (rounded < bytes || rounded > left_) {
            return nullptr;
        }
        void* memory = next_;
        next_ += rounded;
        left_ -= rounded;
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
