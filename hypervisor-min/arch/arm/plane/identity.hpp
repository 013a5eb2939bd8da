// SPDX-License-Identifier: BSD-2-Clause
// The identification registers that a guest reads (CP15 c0, VFP): copied from the
// host CPU at boot by identity.cpp with what a guest cannot use taken out, then
// constant. Read by cp15.cpp and fp.cpp.
#pragma once

#include <stdint.h>

namespace paravane::arm::plane {

inline constexpr uint32_t CACHE_SELECTIONS = 6; ///< CSSELR: three levels, data and instruction

struct cpu_identity {
    uint32_t midr;
    uint32_t ctr;
    uint32_t tlbtr;
    uint32_t revidr;
    uint32_t features[16]; ///< CRm 1 and 2: ID_PFR0 … ID_ISAR5, by opc2
    uint32_t clidr;
    uint32_t ccsidr[CACHE_SELECTIONS];
    uint32_t fpsid;
    uint32_t mvfr[2];
};

/// Hides Security, Virtualization and Generic Timer (ID_PFR1), LPAE (ID_MMFR0.VMSA
/// is cut to VMSAv7 with remap) and the debug and trace registers (ID_DFR0).
constexpr cpu_identity hide_features(cpu_identity host) {
    host.features[1] &= ~0x000ff0f0u;
    host.features[2] = 0;
    if ((host.features[4] & 0xf) > 3) {
        host.features[4] = (host.features[4] & ~0xfu) | 3;
    }
    return host;
}

/// Reads the CPU that this code runs on, in a privileged mode with CP10 enabled.
/// Boot-only.
cpu_identity read_host_identity();

} // namespace paravane::arm::plane
