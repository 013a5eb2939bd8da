// SPDX-License-Identifier: BSD-2-Clause
// Names for core/: what this architecture keeps of a vCPU. arch/fake has the same
// file.
#pragma once

#include "arch/arm/vcpu_state.hpp"

namespace paravane {

namespace arm {
struct vm_memory;
}

namespace arch = arm;
inline constexpr uint32_t ARCH_STATE_AT = PV_STATE_AT;

} // namespace paravane
