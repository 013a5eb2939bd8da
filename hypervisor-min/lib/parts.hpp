// SPDX-License-Identifier: BSD-2-Clause
// What an image has beside the core. image/CMakeLists.txt builds a core image of each
// board with PARAVANE_CORE_ONLY: for those who count bytes and need none of it.
#pragma once

#include <stdint.h>

namespace paravane::parts {

#ifdef PARAVANE_CORE_ONLY
inline constexpr bool ALL = false;
#else
inline constexpr bool ALL = true;
#endif

inline constexpr bool DEVICES = ALL;        ///< back ends, and drivers of the board's own
inline constexpr bool FLOATING_POINT = ALL; ///< VFP and NEON for guests
inline constexpr bool PAGE_FORMATS = ALL;   ///< second-level descriptors of a guest's own
inline constexpr bool COUNTERS = ALL;       ///< what is counted of a VM, and its ways out
inline constexpr bool TRACE = ALL;          ///< records of pvrun --trace

/// A count that costs nothing where counters are left out.
struct counter {
    uint32_t value;

    constexpr counter& operator++() { return *this += 1; }
    constexpr counter& operator+=(uint32_t more) {
        if constexpr (COUNTERS) {
            value += more;
        }
        return *this;
    }
    constexpr operator uint32_t() const { return value; }
};

} // namespace paravane::parts
