// SPDX-License-Identifier: BSD-2-Clause
// The two halves of the virtual CP15: reads in cp15_read.cpp, writes and operations
// in cp15_write.cpp. cp15.cpp, which is before both, has checked the privilege.
#pragma once

#include "arch/arm/plane/cp15_name.hpp"
#include "arch/arm/plane/handlers.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

/// MRC or MCR by the payload of its code.
outcome cp15_access(environment& env, uint32_t payload);

/// False when the register does not exist or cannot be read.
bool read_cp15(environment& env, uint32_t name, uint32_t& value);

/// `undefined` when it does not exist or cannot be written.
outcome write_cp15(environment& env, uint32_t name, uint32_t value);

/// Registers that a kernel may poke and that mean nothing here: performance
/// monitors, TLB and cache lockdown, what is IMPLEMENTATION DEFINED (c15), and FCSE, which
/// is not there. They read as zero and ignore writes.
constexpr bool reads_as_zero(uint32_t name) {
    const uint32_t crn = cp_crn(name);
    return crn == 9 || crn == 10 || crn == 15 || name == CP_FCSEIDR;
}

} // namespace paravane::arm::plane
