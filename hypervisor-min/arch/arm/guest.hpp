// SPDX-License-Identifier: BSD-2-Clause
// The current vCPU as the instruction plane sees it (plane/environment.hpp). Runs in
// the guest's address space and visits the private one for the shadow MMU.
#pragma once

#include "arch/arm/per_core.hpp"
#include "arch/arm/plane/environment.hpp"
#include "arch/arm/vm_memory.hpp"

namespace paravane::arm {

/// The one object; its state and page are the window's.
plane::environment& guest();

/// Does the kernel's access to `where`, in a page without RAM, if the instruction is an
/// aligned load or store of a word as drivers make them: LDR or STR in ARM code, offset
/// or register, no write-back. False: nothing happened, emulate_access() is to look.
bool access_register(gva at, mmu::access kind, gpa where);

/// DFSR of an access to where there is neither RAM nor a device: a synchronous
/// external abort (ARM ARM B3.13.3).
inline constexpr uint32_t STATUS_EXTERNAL = 0x8;
inline constexpr uint32_t STATUS_WRITE = 1u << 11;

/// Set in IFSR by entry.S, to tell it from DFSR.
inline constexpr uint32_t STATUS_FETCH = 1u << 31;

/// What the access of an abort was; `status` is DFSR, or IFSR with STATUS_FETCH.
inline mmu::access kind_of(uint32_t status) {
    static_assert(static_cast<uint32_t>(mmu::access::read) == 0 &&
                  static_cast<uint32_t>(mmu::access::write) == 1);
    return (status & STATUS_FETCH) != 0 ? mmu::access::execute
                                        : static_cast<mmu::access>(status >> 11 & 1);
}

} // namespace paravane::arm
