// SPDX-License-Identifier: BSD-2-Clause
// Ticks of a counter to nanoseconds and back, without a division after boot.
#pragma once

#include <stdint.h>

namespace paravane {

struct time_scale {
    uint32_t hz{};
    uint32_t ns_whole{};     ///< nanoseconds of a tick: the whole ones …
    uint32_t ns_fraction{};  ///< … and the rest in 2^-32
    uint32_t ticks_per_ns{}; ///< 0.32 fixed point

    /// `hz` is 1 kHz to below 1 GHz.
    static constexpr time_scale of(uint32_t hz) {
        const uint32_t second = 1'000'000'000;
        const uint64_t rest = static_cast<uint64_t>(second % hz) << 32;
        return {hz, second / hz, static_cast<uint32_t>(rest / hz),
                static_cast<uint32_t>((static_cast<uint64_t>(hz) << 32) / second)};
    }

    constexpr uint64_t to_ns(uint64_t ticks) const {
        const uint32_t high = static_cast<uint32_t>(ticks >> 32);
        const uint32_t low = static_cast<uint32_t>(ticks);
        return (static_cast<uint64_t>(high * ns_whole) << 32) +
               static_cast<uint64_t>(low) * ns_whole + static_cast<uint64_t>(high) * ns_fraction +
               ((static_cast<uint64_t>(low) * ns_fraction) >> 32);
    }
    /// Rounded up, so that an alarm never comes early.
    constexpr uint64_t to_ticks(uint64_t ns) const {
        return (ns >> 32) * ticks_per_ns + (((ns & 0xffffffff) * ticks_per_ns) >> 32) + 2;
    }
};

} // namespace paravane
