// SPDX-License-Identifier: BSD-2-Clause
// The shadow MMU of this hardware, once for all who call it: trap.cpp, quick.cpp,
// machine.cpp, guest.cpp.
#include "arch/arm/vm_memory.hpp"

template class paravane::arm::mmu::shadow_mmu<paravane::arm::mmu_port>;
