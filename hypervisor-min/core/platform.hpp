// SPDX-License-Identifier: BSD-2-Clause
// The board's interrupt controller, alarm and UART behind fixed names. image/
// implements it for the board it is built for.
#pragma once

#include <stdint.h>

namespace paravane::platform {

inline constexpr uint32_t NO_INTERRUPT = 1020;

uint32_t acknowledge();
void end(uint32_t interrupt);
/// Timer, UART or a passed-through device.
void serve(uint32_t interrupt);
void enable(uint32_t interrupt);

/// Interrupts once at `deadline` (machine::now()'s clock) or soon after; NEVER disarms.
/// Unless `exact`, an alarm that comes sooner stays: who is back too early asks again,
/// and that is rarer than deadlines that move.
void set_alarm(uint64_t deadline, bool exact);

} // namespace paravane::platform
