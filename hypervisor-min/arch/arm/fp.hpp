// SPDX-License-Identifier: BSD-2-Clause
// VFP and NEON registers, switched when somebody else first uses them: the hardware's
// FPEXC.EN is set only while the current vCPU owns what the unit holds and has
// enabled it itself.
#pragma once

#include "arch/arm/per_core.hpp"

#include <stdint.h>

namespace paravane::arm::fp {

/// The unit off, nobody's; also whether there is one.
void init();
/// The current vCPU changed FPEXC, CPACR or, while for_kernel_alone(), its mode; or it
/// is another one.
void access_changed();
/// CPACR.cp10 is 1: the unit must be off before virtual user runs. Attention stays set,
/// since the short ways from kernel to user leave FPEXC alone.
inline bool for_kernel_alone() {
    return parts::FLOATING_POINT && ((current_state().cp15.cpacr >> 20) & 3) == 1;
}
/// The undefined instruction at hand may have been one for the unit: true when it is
/// the current vCPU's now and the instruction is to be tried again.
bool take();
/// A vCPU starts from zeroes: whatever the unit holds of it is void.
void forget_current();

uint32_t read_status();
void write_status(uint32_t value);

} // namespace paravane::arm::fp
