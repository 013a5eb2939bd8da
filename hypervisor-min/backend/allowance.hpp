// SPDX-License-Identifier: BSD-2-Clause
// The rate limit of one device: bytes per millisecond with a burst, as the system
// description sets it. The clock is a parameter. Used by device.cpp.
#pragma once

#include <stdint.h>

namespace paravane::backend {

struct allowance {
    uint32_t bytes_per_ms{}; ///< 0: no limit.
    uint32_t burst{};        ///< Most bytes that may be saved up.
    uint32_t left{};
    uint32_t last_ms{};

    bool exhausted() const { return bytes_per_ms != 0 && left == 0; }

    /// The last request may overdraw; it is cut off at zero, once per burst.
    void charge(uint32_t bytes) { left = bytes < left ? left - bytes : 0; }

    void refund(uint32_t bytes) {
        left = bytes_per_ms == 0 ? 0 : bytes < burst - left ? left + bytes : burst;
    }

    void refill(uint32_t now_ms) {
        const uint64_t earned = static_cast<uint64_t>(now_ms - last_ms) * bytes_per_ms + left;
        left = earned < burst ? static_cast<uint32_t>(earned) : burst;
        last_ms = now_ms;
    }
};

} // namespace paravane::backend
