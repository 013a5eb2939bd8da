// SPDX-License-Identifier: BSD-2-Clause
// What DFSR and IFSR say of an abort, for trap.cpp, and what the guest is told of it.
#pragma once

#include "arch/arm/deliver.hpp"
#include "arch/arm/guest.hpp"

namespace paravane::arm {

/// FS[4:0] of DFSR and IFSR (ARM ARM B3.13.3).
constexpr uint32_t fault_source(uint32_t status) {
    return (status & 0xf) | ((status >> 6) & 0x10);
}
inline constexpr uint32_t SOURCES_OF_TABLES = 1u << 0b00101 | 1u << 0b00111 | 1u << 0b00011 |
                                              1u << 0b00110 | 1u << 0b01001 | 1u << 0b01011 |
                                              1u << 0b01101 | 1u << 0b01111;
inline constexpr uint32_t SOURCE_ALIGNMENT = 0b00001;
inline constexpr uint32_t SOURCE_ASYNCHRONOUS = 0b10110;

inline uint32_t access_flags(mmu::access kind, uint32_t status) {
    uint32_t flags = in_user_mode() ? static_cast<uint32_t>(abi::fault_flags::user) : 0;
    if (kind == mmu::access::write) {
        flags |= static_cast<uint32_t>(abi::fault_flags::write);
    }
    if (kind == mmu::access::execute) {
        flags |= static_cast<uint32_t>(abi::fault_flags::execute);
    }
    if ((fault_source(status) & 0b11101) == 0b01101) {
        flags |= static_cast<uint32_t>(abi::fault_flags::present);
    }
    return flags;
}

} // namespace paravane::arm
