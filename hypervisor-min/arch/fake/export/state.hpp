// SPDX-License-Identifier: BSD-2-Clause
// An architecture without hardware, for the host tests of core/: registers to put
// arguments in, nothing behind them. fake.cpp implements core/machine.hpp.
#pragma once

#include <stdint.h>

namespace paravane {

namespace fake {

struct trap_frame {
    uint32_t r[13];
};

struct vcpu_state {
    trap_frame frame;
    uint32_t attention;
    uint8_t reserved_[1024 - 14 * 4];
};

struct vm_memory {};

inline void request_attention(vcpu_state& state) {
    state.attention = 1;
}

} // namespace fake

namespace arch = fake;
inline constexpr uint32_t ARCH_STATE_AT = 0xc00;

} // namespace paravane
