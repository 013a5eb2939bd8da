// SPDX-License-Identifier: BSD-2-Clause
// Flushes of a VM's shadow, for service calls (machine.cpp) and for instructions of the
// plane (guest.cpp). In the private space.
#pragma once

#include "arch/arm/plane/environment.hpp"
#include "arch/arm/vm_memory.hpp"

namespace paravane::arm {

/// `pages` and `asid` count where `scope` names them.
void flush(vm& machine, plane::tlb_scope scope, gva at, uint32_t pages, uint8_t asid,
           mmu::flush_reason reason);

} // namespace paravane::arm
