// SPDX-License-Identifier: BSD-2-Clause
// Ticks of a counter to nanoseconds and back, without a division after boot.
#pragma once

#include <stdint.h>

namespace paravane {

struct time_scale {
    uint32_t hz{};
    uint32_t ns_per_tick{}; ///< 8.24 fixed point, for counters above 4 MHz; see shift
    uint32_t shift{};
    uint32_t ticks_per_ns{}; ///< 0.32 fixed point

    /// `hz` is 1 kHz to below 1 GHz.
    static constexpr time_scale of(uint32_t hz) {
        time_scale scale{hz, 0, 31, 0};
        while (((1'000'000'000ull << scale.shift) / hz) >> 32 != 0) {
            --scale.shift;
        }
        scale.ns_per_tick = static_cast<uint32_t>((1'000'000'000ull << scale.shift) / hz);
        scale.ticks_per_ns =
            static_cast<uint32_t>((static_cast<uint64_t>(hz) << 32) / 1'000'000'000u);
        return scale;
    }

    constexpr uint64_t to_ns(uint64_t ticks) const {
        const uint64_t high = (ticks >> 32) * ns_per_tick;
        const uint64_t low = (ticks & 0xffffffff) * ns_per_tick;
        return (high << (32 - shift)) + (low >> shift);
    }
    /// Rounded up, so that an alarm never comes early.
    constexpr uint64_t to_ticks(uint64_t ns) const {
        return (ns >> 32) * ticks_per_ns + (((ns & 0xffffffff) * ticks_per_ns) >> 32) + 2;
    }
};

} // namespace paravane
