// SPDX-License-Identifier: BSD-2-Clause
// The words in which a board describes itself; image/ picks the drivers by them.
#pragma once

#include <stdint.h>

namespace paravane::board {

/// A range of physical addresses in whole megabytes.
struct memory_window {
    uint32_t base;
    uint32_t size;
};

enum class timer_kind : uint8_t { generic, sp804 };

struct timer_part {
    timer_kind kind;
    uint32_t base;
    uint32_t hz;
    uint32_t interrupt;
};

/// The board's virtio-mmio slots, lowest first.
struct virtio_part {
    uint32_t base;
    uint32_t stride;
    uint32_t count;
    uint32_t interrupt; ///< of the first
};

} // namespace paravane::board
