// SPDX-License-Identifier: BSD-2-Clause
// The ABI's fixed ranges that a system description may not touch, for the checks
// in boot/system_check.cpp and the layout that pvrun chooses.
#pragma once

#include <stdint.h>

namespace paravane::boot {

inline constexpr uint32_t VCPU_PAGE_DEFAULT = 0xff000000;
inline constexpr uint32_t WINDOW_FIRST = 0xfffe0000; ///< hypervisor_window
inline constexpr uint32_t VECTORS_PAGE = 0xffff0000;
inline constexpr uint32_t DEVICE_PAGES = 0x0b000000;
inline constexpr uint32_t DEVICE_PAGES_BYTES = 0x10000;
inline constexpr uint32_t NO_MACHINE = 0xffffffff;

/// irq_source
inline constexpr uint32_t SOURCE_TIMER = 0;
inline constexpr uint32_t SOURCE_DOORBELL = 1;
inline constexpr uint32_t SOURCE_CONSOLE = 2;
inline constexpr uint32_t SOURCE_DEVICE_FIRST = 8;
inline constexpr uint32_t SOURCE_PASSTHROUGH_FIRST = 32;

/// RAM that the hypervisor keeps for itself, from the start of the board's first
/// bank: its image, its tables and its pools.
inline constexpr uint32_t HYPERVISOR_BYTES = 8u << 20;

} // namespace paravane::boot
