// SPDX-License-Identifier: BSD-2-Clause
// Bits of the virtual SCTLR (ARM ARM B4.1.130) as a VMSAv7 core has them.
#pragma once

#include <stdint.h>

namespace paravane::arm::plane {

inline constexpr uint32_t SCTLR_A = 1u << 1;
inline constexpr uint32_t SCTLR_V = 1u << 13;
inline constexpr uint32_t SCTLR_EE = 1u << 25;
inline constexpr uint32_t SCTLR_TE = 1u << 30;
/// Bits 23, 22, 18, 16, 6, 4, 3: read as one.
inline constexpr uint32_t SCTLR_ONES = 0x00c50058;
/// TE, AFE, TRE, EE, RR, V, I, Z, SW, CP15BEN, C, A, M.
inline constexpr uint32_t SCTLR_WRITABLE = 0x72007c27;
inline constexpr uint32_t SCTLR_RESET = SCTLR_ONES | 0x20;

} // namespace paravane::arm::plane
