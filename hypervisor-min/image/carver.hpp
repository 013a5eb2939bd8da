// SPDX-License-Identifier: BSD-2-Clause
// RAM behind the image, for what boot makes. Boot-only.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

inline void* operator new(size_t, void* place) noexcept {
    return place;
}

namespace paravane {

/// Hands out RAM behind the image, once.
class carver {
public:
    explicit carver(uint32_t from) : next_{from} {}

    uint8_t* take(uint32_t bytes, uint32_t alignment) {
        next_ = (next_ + alignment - 1) & ~(alignment - 1);
        uint8_t* const taken = reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(next_));
        next_ += bytes;
        memset(taken, 0, bytes);
        return taken;
    }
    template <class T>
    T* make(uint32_t alignment = alignof(T)) {
        return new (take(sizeof(T), alignment)) T;
    }
    uint32_t end() const { return next_; }

private:
    uint32_t next_;
};

} // namespace paravane
