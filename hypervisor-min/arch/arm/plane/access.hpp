// SPDX-License-Identifier: BSD-2-Clause
// Loads and stores done for the guest: the unprivileged ones of the plane, stores to
// pages that the kernel may write and users only read, registers of trapped devices.
// For the latter two the trap code calls emulate_access after the shadow MMU has
// classified the fault.
#pragma once

#include "arch/arm/plane/plane.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

/// A load or store as its ARM encoding (condition not regarded), beside what that
/// does not say: Thumb has offsets and pairs that ARM has not. word 0: none.
struct transfer {
    uint32_t word = 0;
    uint32_t offset = 0;
    uint32_t rt2 = 0;  ///< second register of a pair
    bool user = false; ///< checked as virtual User mode
};

/// `access` is as it was made, and stays so where `word` is none.
void arm_transfer(environment& env, uint32_t word, transfer& access);
/// 16-bit encodings in the low halfword, 32-bit ones with the first halfword above.
void thumb_transfer(environment& env, uint32_t word, transfer& access);

/// Does it; frame.pc is the address after the instruction. On an abort no register
/// has changed. outcome::undefined: nothing that is known here.
outcome perform(environment& env, const transfer& access);

/// The load or store at frame.pc, whose condition has passed, with all that it
/// changes; frame.pc and IT move on. outcome::undefined: none that is known here
/// (VFP, NEON, PLD, …), nothing was changed. STREX succeeds only when it failed here
/// before and no virtual exception came between, so that what it follows really was
/// an LDREX: who delivers an upcall or runs another vCPU raises env.exclusive_epoch.
outcome emulate_access(environment& env);

} // namespace paravane::arm::plane
