// SPDX-License-Identifier: BSD-2-Clause
// Ticks of a counter to nanoseconds and back, without a division: the cores that we run
// on have no instruction for it, and a library's would stay resident.
#pragma once

#include "lib/marks.hpp"

#include <stdint.h>

namespace paravane {

struct time_scale {
    uint32_t hz{};
    uint32_t ns_whole{};     ///< nanoseconds of a tick: the whole ones …
    uint32_t ns_fraction{};  ///< … and the rest in 2^-32
    uint32_t ticks_per_ns{}; ///< 0.32 fixed point

    /// `hz` is 1 kHz to below 1 GHz.
    PVN_BOOT_ONLY static constexpr time_scale of(uint32_t hz) {
        constexpr uint32_t SECOND = 1'000'000'000;
        const ratio ns = divide(SECOND, hz);
        return {hz, ns.whole, ns.fraction, divide(hz, SECOND).fraction};
    }

    struct ratio {
        uint32_t whole;
        uint32_t fraction; ///< in 2^-32
    };
    PVN_BOOT_ONLY static constexpr ratio divide(uint32_t value, uint32_t by) {
        uint64_t quotient = 0;
        uint64_t rest = 0;
        for (uint32_t bit = 0; bit < 64; ++bit) {
            rest = rest << 1 | (bit < 32 ? value >> (31 - bit) & 1 : 0);
            quotient = quotient << 1 | (rest >= by ? 1 : 0);
            rest -= rest >= by ? by : 0;
        }
        return {static_cast<uint32_t>(quotient >> 32), static_cast<uint32_t>(quotient)};
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
