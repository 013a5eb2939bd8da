// SPDX-License-Identifier: BSD-2-Clause
// VFP and NEON registers, switched when somebody else first uses them: the hardware's
// FPEXC.EN is set only while the current vCPU owns what the unit holds and has
// enabled it itself.
#pragma once

#include <stdint.h>

namespace paravane::arm {
struct per_core;
}

namespace paravane::arm::fp {

/// The unit off, nobody's; also whether there is one.
void init();
/// The current vCPU changed FPEXC or CPACR.
void access_changed();
/// The current vCPU is another one: EN follows.
void world_switched();
/// The undefined instruction at hand may have been one for the unit: true when it is
/// the current vCPU's now and the instruction is to be tried again.
bool take();
/// A vCPU starts from zeroes: whatever the unit holds of it is void.
void forget_current();

uint32_t read_status();
void write_status(uint32_t value);

} // namespace paravane::arm::fp
