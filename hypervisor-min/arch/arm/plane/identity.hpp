// SPDX-License-Identifier: BSD-2-Clause
// The identification registers that a guest reads (CP15 c0, VFP): copied from the
// host CPU at boot by identity.cpp with what a guest cannot use taken out, then
// constant. Read by cp15.cpp and fp.cpp.
#pragma once

#include <stdint.h>

namespace paravane::arm::plane {

inline constexpr uint32_t MPIDR_UNIPROCESSOR = 0xc0000000;
inline constexpr uint32_t CACHE_SELECTIONS = 6; ///< CSSELR: three levels, data and instruction

struct cpu_identity {
    /// CRm 0 to 2 by opc2: MIDR, CTR, … and ID_PFR0 … ID_ISAR5.
    uint32_t words[24];
    uint32_t clidr;
    uint32_t ccsidr[CACHE_SELECTIONS];
    uint32_t fpsid;
    uint32_t mvfr[2];
};

/// Hides Security, Virtualization and Generic Timer (ID_PFR1), LPAE (ID_MMFR0.VMSA
/// is cut to VMSAv7 with remap), the debug and trace registers (ID_DFR0) and other cores.
constexpr cpu_identity hide_features(cpu_identity host) {
    uint32_t* const features = host.words + 8;
    features[1] &= ~0x000ff0f0u;
    features[2] = 0;
    if ((features[4] & 0xf) > 3) {
        features[4] = (features[4] & ~0xfu) | 3;
    }
    host.words[2] = 0; // TCMTR: no tightly coupled memory
    host.words[5] = MPIDR_UNIPROCESSOR;
    return host;
}

/// Reads the CPU that this code runs on, in a privileged mode with CP10 enabled.
/// Boot-only.
cpu_identity read_host_identity();

} // namespace paravane::arm::plane
