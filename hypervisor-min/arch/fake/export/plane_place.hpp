// SPDX-License-Identifier: BSD-2-Clause
// Where the plane's vCPU lies in host tests: where the test put it. arch/arm has the other.
#pragma once

#include "arch/arm/plane/identity.hpp"
#include "arch/arm/vcpu_state.hpp"
#include "paravane/abi.hpp"

namespace paravane::arm::plane {

struct place {
    vcpu_state& state;
    abi::vcpu_page& page;
    const cpu_identity& identity;
};

} // namespace paravane::arm::plane
