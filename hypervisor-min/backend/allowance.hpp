// SPDX-License-Identifier: BSD-2-Clause
// The rate limit of one device: bytes per millisecond with a burst, as the system
// description sets it. The clock is a parameter. Used by device.cpp.
#pragma once

#include <stdint.h>

namespace paravane::backend {

struct allowance {
    uint32_t bytes_per_ms{}; ///< 0: no limit, and `left` means nothing.
    uint32_t burst{};        ///< Most bytes that may be saved up.
    uint32_t left{};         ///< Signed: what the last request overdrew is paid first.
    uint32_t last_ms{};

    bool exhausted() const { return bytes_per_ms != 0 && static_cast<int32_t>(left) <= 0; }

    void charge(uint32_t bytes) { left -= bounded(bytes); }

    /// Takes back a charge of that many bytes, or a part of it.
    void refund(uint32_t bytes) { left += bounded(bytes); }

    void refill(uint32_t now_ms) {
        const int64_t earned = static_cast<int64_t>(now_ms - last_ms) * bytes_per_ms;
        const int64_t saved = earned + static_cast<int32_t>(left);
        left = saved < burst ? static_cast<uint32_t>(saved) : burst;
        last_ms = now_ms;
    }

private:
    /// No request is so large that its debt would look like a credit.
    static uint32_t bounded(uint32_t bytes) { return bytes < 1u << 30 ? bytes : 1u << 30; }
};

} // namespace paravane::backend
