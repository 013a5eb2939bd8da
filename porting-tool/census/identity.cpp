// SPDX-License-Identifier: BSD-2-Clause
// Clears what the compiler chooses (condition, registers, offsets) and keeps
// what a source line fixes, so that a template finds its instances.
#include "classify.hpp"

namespace paravane::port {
namespace {

constexpr uint32_t RN = 0x000f0000;
constexpr uint32_t RD = 0x0000f000;
constexpr uint32_t RM = 0x0000000f;

uint32_t free_bits_arm(kind what, uint32_t word) {
    const bool immediate = (word >> 25 & 1) != 0;
    switch (what) {
    case kind::mrs_cpsr:
    case kind::mrs_spsr:
    case kind::cp15:
    case kind::cp14:
    case kind::vfp_system:
        return RD;
    case kind::banked_register:
        return (word >> 21 & 1) != 0 ? RM : RD;
    case kind::msr_cpsr:
    case kind::msr_spsr:
        return immediate ? 0 : RM;
    case kind::rfe:
    case kind::ldm_user:
    case kind::stm_user:
    case kind::ldm_exception:
        return RN;
    case kind::data_pc:
        return immediate ? RN : RN | RM;
    case kind::ldrt_strt:
        return (word >> 26 & 1) != 0 ? RN | RD | 0x00800fff : RN | RD | 0x00800f0f;
    case kind::cp15_pair:
    case kind::cp14_pair:
        return RN | RD;
    case kind::cp15_memory:
    case kind::cp14_memory:
        return RN | 0xff;
    default:
        return 0;
    }
}

uint32_t free_bits_thumb32(kind what) {
    switch (what) {
    case kind::mrs_cpsr:
    case kind::mrs_spsr:
    case kind::banked_register:
        return 0x0f00;
    case kind::msr_cpsr:
    case kind::msr_spsr:
    case kind::rfe:
        return RN;
    case kind::ldrt_strt:
        return RN | RD | 0xff;
    case kind::data_pc:
        return 0;
    default:
        return free_bits_arm(what, 0);
    }
}

} // namespace

uint32_t identity_of(isa set, uint32_t word) {
    if (set == isa::arm) {
        const uint32_t free = free_bits_arm(classify_arm(word).what, word);
        const uint32_t fixed = word & ~free;
        return (word >> 28) == 15 ? fixed : (fixed & 0x0fffffff) | 0xe0000000;
    }
    if (word <= 0xffff)
        return word;
    return word & ~free_bits_thumb32(classify_thumb32(word).what);
}

} // namespace paravane::port
