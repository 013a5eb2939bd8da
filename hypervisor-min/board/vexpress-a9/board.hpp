// SPDX-License-Identifier: BSD-2-Clause
// Versatile Express with a Cortex-A9 (QEMU's `vexpress-a9`): GICv1, SP804, PL011, PL031.
// Data only.
#pragma once

#include "board/parts.hpp"

namespace paravane::board {

inline constexpr uint32_t ID = 2;
inline constexpr char NAME[] = "vexpress-a9";
inline constexpr memory_window RAM{0x60000000, 0x40000000};
inline constexpr memory_window DEVICES{0x10000000, 0x10000000};
inline constexpr uint32_t UART = 0x10009000;
inline constexpr uint32_t UART_INTERRUPT = 37;
inline constexpr uint32_t GIC_DISTRIBUTOR = 0x1e001000;
inline constexpr uint32_t GIC_CPU = 0x1e000100;
inline constexpr uint32_t RTC = 0x10017000;
inline constexpr virtio_part VIRTIO{0x10013000, 0x200, 4, 72};
inline constexpr timer_part TIMER{timer_kind::sp804, 0x10011000, 1'000'000, 34};

} // namespace paravane::board
