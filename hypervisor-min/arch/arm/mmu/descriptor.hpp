// SPDX-License-Identifier: BSD-2-Clause
// The short-descriptor format (ARM ARM B3.5): what guest descriptors say and how
// shadow descriptors are made. Read by guest_walk.hpp, written by shadow_fill.hpp.
#pragma once

#include "lib/address.hpp"

#include <stdint.h>

namespace paravane::arm::mmu {

inline constexpr uint32_t L1_ENTRIES = 4096;
inline constexpr uint32_t L2_ENTRIES = 256;
inline constexpr uint32_t L1_BYTES = L1_ENTRIES * 4;
inline constexpr uint32_t L2_BYTES = L2_ENTRIES * 4;

inline constexpr uint32_t L1_TYPE_MASK = 3;
inline constexpr uint32_t L1_TABLE = 1;
inline constexpr uint32_t L1_SECTION = 2;
inline constexpr uint32_t L1_SUPERSECTION = 1u << 18;
inline constexpr uint32_t L1_TABLE_BASE = ~0x3ffu;
/// Of a table's descriptor: PXN, NS, SBZ and the implementation's bit.
inline constexpr uint32_t L1_TABLE_IGNORED = 0x21c;
inline constexpr uint32_t L1_DOMAIN_SHIFT = 5;
inline constexpr uint32_t L1_DOMAIN_MASK = 0xfu << L1_DOMAIN_SHIFT;
inline constexpr uint32_t SECTION_BASE = 0xfff00000;
inline constexpr uint32_t SECTION_XN = 1u << 4;
inline constexpr uint32_t SECTION_NG = 1u << 17;

inline constexpr uint32_t L2_SMALL = 2;
inline constexpr uint32_t L2_LARGE = 1;
inline constexpr uint32_t L2_TYPE_MASK = 3;
inline constexpr uint32_t SMALL_BASE = 0xfffff000;
inline constexpr uint32_t SMALL_XN = 1u << 0;
inline constexpr uint32_t SMALL_NG = 1u << 11;
inline constexpr uint32_t SMALL_AP2 = 1u << 9;
inline constexpr uint32_t SMALL_AP1 = 1u << 5;
inline constexpr uint32_t SMALL_AP0 = 1u << 4;
/// AP = 010 for User mode: read-only; AP = 011: read and write. AP[2] is never
/// used in a shadow, so the same bits serve cores without it.
inline constexpr uint32_t SMALL_READ_ONLY = SMALL_AP1;
inline constexpr uint32_t SMALL_READ_WRITE = SMALL_AP1 | SMALL_AP0;
inline constexpr uint32_t SMALL_DEVICE = 1u << 2; ///< shareable device: TEX 000, C 0, B 1
inline constexpr uint32_t SECTION_AP0 = 1u << 10;
inline constexpr uint32_t SECTION_READ_ONLY = 1u << 11;
inline constexpr uint32_t SECTION_READ_WRITE = SECTION_READ_ONLY | SECTION_AP0;

inline constexpr uint32_t SCTLR_M = 1u << 0;
inline constexpr uint32_t SCTLR_TRE = 1u << 28;
inline constexpr uint32_t SCTLR_AFE = 1u << 29;
inline constexpr uint32_t TTBCR_EAE = 1u << 31;
inline constexpr uint32_t TTBCR_PD0 = 1u << 4;
inline constexpr uint32_t TTBCR_PD1 = 1u << 5;
inline constexpr uint32_t TTBCR_N = 7;

/// What the guest asked of the memory system; RAM is write-back unless it asked
/// for a device's ordering.
enum class memory_type : uint8_t { strongly_ordered, device, normal };

/// Access permissions AP[2:0] as sets of AP values: bit n is set when AP = n
/// permits the access (ARM ARM table B3-8; 100 is reserved and permits nothing).
inline constexpr uint32_t AP_KERNEL_READ = 0b11101110;
inline constexpr uint32_t AP_KERNEL_WRITE = 0b00001110;
/// Of those, what a store may simply be mapped for: the user's read-only page (010)
/// is written by emulation.
inline constexpr uint32_t AP_KERNEL_STORES = 0b00001010;
inline constexpr uint32_t AP_USER_READ = 0b11001100;
inline constexpr uint32_t AP_USER_WRITE = 0b00001000;
inline constexpr uint32_t AP_FULL = 3;
inline constexpr uint32_t AP_USER_READS_ONLY = 2;
inline constexpr uint32_t AP_KERNEL_ONLY = 1;

constexpr bool ap_in(uint32_t set, uint32_t ap) {
    return ((set >> ap) & 1) != 0;
}

constexpr uint32_t small_ap(uint32_t word) {
    return ((word >> 4) & 3) | ((word >> 7) & 4);
}

/// TEX, C and B of normal memory in every encoding: what MMU-off accesses get.
inline constexpr uint32_t FLAT_NORMAL = 0x4c;

/// The attributes of a section as a small page has them: TEX, AP, S and nG stand six
/// bits higher there, XN in bit 4.
constexpr uint32_t section_as_small(uint32_t section) {
    return L2_SMALL | (section & 0xc) | ((section >> 6) & 0xff0) | ((section >> 4) & SMALL_XN);
}
constexpr uint32_t small_as_section(uint32_t small) {
    return L1_SECTION | (small & 0xc) | ((small & 0xff0) << 6) | ((small & SMALL_XN) << 4);
}
/// The 4 KB of a large page around `va`; TEX and XN stand higher there.
constexpr uint32_t large_as_small(gva va, uint32_t large) {
    return (large & 0xffff0000) | (va.value() & 0xf000) | L2_SMALL | (large & 0xe3c) |
           ((large >> 6) & 0x1c0) | ((large >> 15) & SMALL_XN);
}

/// Everything runs in User mode, so an entry admits writes exactly when its own
/// audience may write: kernel-only read-write, or read-write for all.
constexpr bool ap_user_mode_writes(uint32_t ap) {
    return ap == AP_KERNEL_ONLY || ap == AP_FULL;
}

} // namespace paravane::arm::mmu
