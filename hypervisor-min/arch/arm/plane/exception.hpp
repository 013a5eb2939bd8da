// SPDX-License-Identifier: BSD-2-Clause
// Entry to the guest's exception vectors and return from them (ARM ARM B1.8, B1.9).
// The trap code calls take_exception for level-0 guests; return.cpp returns.
#pragma once

#include "arch/arm/plane/plane.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

enum class exception : uint8_t {
    reset = 0,
    undefined = 1,
    supervisor_call = 2,
    prefetch_abort = 3,
    data_abort = 4,
    irq = 6,
    fiq = 7,
};

/// Enters a vector. frame.pc is the faulting instruction (undefined, aborts) or the
/// next one to execute (supervisor call, IRQ, FIQ). Fault registers are written by
/// the caller.
void take_exception(environment& env, exception kind);

/// Takes over `cpsr` and continues at `pc` in the state that it names; kills the
/// VM when the mode does not exist.
outcome return_to(environment& env, uint32_t pc, uint32_t cpsr);

} // namespace paravane::arm::plane
