// SPDX-License-Identifier: BSD-2-Clause
// Hooks of checked builds (PARAVANE_CHECKED), in which every long return to a guest
// holds the live shadow entries against the guest's tables; checked.cpp does it. In
// others they are nothing.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm {

/// Of the whole address space.
inline constexpr uint32_t ALL_PAGES = 0x100000;

namespace checked {

inline constexpr uint16_t EVERY_ASID = 0x100; // as flush_log's

#if defined(PARAVANE_CHECKED)
/// The guest flushed these pages; private space only.
void flushed(gva first, uint32_t pages, uint16_t asid, bool globals, mmu::flush_reason reason);
#else
inline void flushed(gva, uint32_t, uint16_t, bool, mmu::flush_reason) {}
#endif

} // namespace checked

} // namespace paravane::arm
