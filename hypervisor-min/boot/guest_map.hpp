// SPDX-License-Identifier: BSD-2-Clause
// What the boot code and pvrun must agree on beside the ABI (paravane/abi.hpp):
// where the hypervisor keeps its own RAM, and the ABI's numbers as plain words.
#pragma once

#include <paravane/abi.hpp>

#include <stdint.h>

namespace paravane::boot {

inline constexpr uint32_t DEVICE_PAGES_BYTES = abi::DEVICE_PAGES_LAST - abi::DEVICE_PAGES + 1;
/// r1 of a guest without a machine number.
inline constexpr uint32_t NO_MACHINE = 0xffffffff;

constexpr uint32_t number_of(abi::irq_source source) {
    return static_cast<uint32_t>(source);
}

/// RAM that the hypervisor keeps for itself, from the start of the board's first
/// bank: its image, its tables and its pools.
inline constexpr uint32_t HYPERVISOR_BYTES = 8u << 20;

} // namespace paravane::boot
