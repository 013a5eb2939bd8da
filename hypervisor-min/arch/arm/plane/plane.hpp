// SPDX-License-Identifier: BSD-2-Clause
// The instruction plane: takes a trapped sensitive instruction, does to the virtual
// CPU what the ARM ARM says it does in the virtual mode, and tells the trap code
// how to go on. The trap code comes before it, environment.hpp lies below it.
#pragma once

#include "arch/arm/plane/environment.hpp"
#include "arch/arm/plane/form.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

/// How to go on. Up to `service`, frame.pc is where the guest continues; from
/// `undefined` on it is the address of the instruction, and nothing was changed
/// but what an abort may change (ARM ARM B1.9.8).
enum class outcome : uint8_t {
    next,       ///< with the next instruction
    jump,       ///< an exception return: at a new PC, possibly in another mode
    wait,       ///< WFI: when an interrupt is pending, masked or not
    yield,      ///< WFE or YIELD: at once, if nobody else wants the CPU
    service,    ///< HVC or SMC from a kernel mode: PSCI, r0 has the function
    undefined,  ///< deliver Undefined Instruction
    data_abort, ///< deliver Data Abort with env.fault
    kill,       ///< end the VM for env.reason
};

/// An instruction-plane SVC from ARM state in a virtual kernel mode; the condition
/// has passed. frame.pc is the address after the SVC, `code` its 22 bits.
outcome emulate_code(environment& env, uint32_t code);

/// An undefined-instruction trap, ARM or Thumb, in any virtual mode; frame.pc is
/// the address of the instruction. Takes the Thumb half of the plane, instructions
/// that nobody rewrote, and those that User mode may use; conditions and IT
/// included. What it does not know is outcome::undefined.
outcome emulate_undefined(environment& env);

/// One decoded instruction, as its ARM encoding; frame.pc is the address after it. From
/// `undefined` on the caller puts frame.pc back.
outcome emulate(environment& env, form kind, uint32_t word);

} // namespace paravane::arm::plane
