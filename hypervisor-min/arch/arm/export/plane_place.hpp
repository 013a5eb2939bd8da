// SPDX-License-Identifier: BSD-2-Clause
// Where the plane's vCPU lies (plane/environment.hpp): at its place in the window, so that
// its fields are at constants, which cost less than symbols. arch/fake has another for
// host tests.
#pragma once

#include "arch/arm/plane/identity.hpp"
#include "arch/arm/vcpu_state.hpp"
#include "paravane/abi.hpp"
#include "state.hpp"

namespace paravane::arm {

extern plane::cpu_identity identity;

namespace plane {

struct place {
    static inline vcpu_state& state = *reinterpret_cast<vcpu_state*>(PV_BLOCK + ARCH_STATE_AT);
    static inline abi::vcpu_page& page = *reinterpret_cast<abi::vcpu_page*>(PV_PAGE);
    static constexpr const cpu_identity& identity = arm::identity;
};

} // namespace plane

} // namespace paravane::arm
