// SPDX-License-Identifier: BSD-2-Clause
// Conditions and the IT state of Thumb (ARM ARM A8.3, A2.5.2). Used by trap.cpp.
#pragma once

#include "arch/arm/vcpu_state.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

/// Whether a condition field (0-15) holds for the flags of `cpsr`.
constexpr bool condition_passed(uint32_t cpsr, uint32_t condition) {
    const bool n = (cpsr >> 31 & 1) != 0;
    const bool z = (cpsr >> 30 & 1) != 0;
    const bool c = (cpsr >> 29 & 1) != 0;
    const bool v = (cpsr >> 28 & 1) != 0;
    if (condition >= 14) {
        return true;
    }
    bool base = false;
    switch (condition >> 1) {
    case 0:
        base = z;
        break;
    case 1:
        base = c;
        break;
    case 2:
        base = n;
        break;
    case 3:
        base = v;
        break;
    case 4:
        base = c && !z;
        break;
    case 5:
        base = n == v;
        break;
    default:
        base = !z && n == v;
        break;
    }
    return base != ((condition & 1) != 0);
}

/// IT[7:0] out of the CPSR; 0 outside of a block.
constexpr uint32_t it_state(uint32_t cpsr) {
    return (cpsr >> 8 & 0xfc) | (cpsr >> 25 & 3);
}

constexpr uint32_t with_it_state(uint32_t cpsr, uint32_t it) {
    return (cpsr & ~CPSR_IT) | (it & 0xfc) << 8 | (it & 3) << 25;
}

constexpr uint32_t it_advanced(uint32_t it) {
    return (it & 7) == 0 ? 0 : (it & 0xe0) | (it << 1 & 0x1f);
}

} // namespace paravane::arm::plane
