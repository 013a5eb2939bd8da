// SPDX-License-Identifier: BSD-2-Clause
// QEMU's `virt` with a Cortex-A15: GICv2, generic timer, PL011, PL031.
// Data only.
#pragma once

#include "board/parts.hpp"

namespace paravane::board {

inline constexpr uint32_t ID = 1;
inline constexpr char NAME[] = "virt-a15";
inline constexpr memory_window RAM{0x40000000, 0x80000000};
inline constexpr memory_window DEVICES{0x08000000, 0x04000000};
inline constexpr uint32_t UART = 0x09000000;
inline constexpr uint32_t UART_INTERRUPT = 33;
inline constexpr uint32_t GIC_DISTRIBUTOR = 0x08000000;
inline constexpr uint32_t GIC_CPU = 0x08010000;
inline constexpr uint32_t RTC = 0x09010000;
inline constexpr virtio_part VIRTIO{0x0a000000, 0x200, 32, 48};
inline constexpr timer_part TIMER{timer_kind::generic, 0, 0, 30};

} // namespace paravane::board
