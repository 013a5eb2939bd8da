// SPDX-License-Identifier: BSD-2-Clause
// Loads and stores that trap although any code may execute them: stores to pages
// that the kernel may write and users only read, and registers of trapped devices.
// The trap code calls emulate_access after the shadow MMU has classified the fault;
// access_arm.cpp and access_thumb.cpp take the encodings apart.
#pragma once

#include "arch/arm/plane/plane.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

enum class access_kind : uint8_t {
    none,      ///< no load or store that is known here (VFP, NEON, PLD, …)
    single,    ///< one register of 1, 2 or 4 bytes
    pair,      ///< LDRD, STRD
    multiple,  ///< LDM, STM, PUSH, POP without S
    exclusive, ///< STREX and its kin
    swap,      ///< SWP, SWPB
};

/// A load or store with its operands read: nothing of the vCPU is needed any more
/// to know what it touches.
struct access_operation {
    access_kind kind = access_kind::none;
    bool load = false;
    bool sign = false;
    bool unprivileged = false;
    bool writeback = false;
    uint8_t bytes = 4;    ///< of one transfer
    uint8_t rt = 0;       ///< first register
    uint8_t rt2 = 0;      ///< second register of a pair; source of a swap
    uint8_t rd = 0;       ///< status of STREX
    uint8_t rn = 0;       ///< base, for writeback
    uint16_t list = 0;    ///< registers of a multiple
    uint32_t address = 0; ///< lowest byte that it touches
    uint32_t base = 0;    ///< value of the base on writeback
};

access_operation decode_access_arm(environment& env, uint32_t word);
/// 16-bit encodings in the low halfword, 32-bit ones with the first halfword above.
access_operation decode_access_thumb(environment& env, uint32_t word);

/// The load or store at frame.pc, whose condition has passed, with all that it
/// changes; frame.pc and IT move on. outcome::undefined: none that is known here,
/// nothing was changed. STREX succeeds only when it failed here before and no
/// virtual exception came between, so that what it follows really was an LDREX.
outcome emulate_access(environment& env);

} // namespace paravane::arm::plane
