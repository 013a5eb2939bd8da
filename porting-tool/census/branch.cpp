// SPDX-License-Identifier: BSD-2-Clause
// Direct branches, ADR forms, MOVW and MOVT (ARM DDI 0406C, A8.8.12, A8.8.18,
// A8.8.25, A8.8.29, A8.8.102, A8.8.106).
#include "branch.hpp"

namespace paravane::port {
namespace {

constexpr uint32_t sign_extend(uint32_t value, unsigned bits) {
    const uint32_t sign = 1u << (bits - 1);
    return (value ^ sign) - sign;
}

std::optional<uint32_t> arm_target(const instruction& i) {
    const uint32_t pc = i.address + 8;
    if ((i.word & 0x0e000000) == 0x0a000000) {
        const uint32_t half = (i.word >> 28) == 15 ? (i.word >> 24 & 1) << 1 : 0;
        return pc + (sign_extend(i.word & 0xffffff, 24) << 2) + half;
    }
    const uint32_t immediate = std::rotr(i.word & 0xff, static_cast<int>(i.word >> 8 & 15) * 2);
    if ((i.word & 0x0fff0000) == 0x028f0000)
        return pc + immediate;
    if ((i.word & 0x0fff0000) == 0x024f0000)
        return pc - immediate;
    return std::nullopt;
}

std::optional<uint32_t> thumb16_target(const instruction& i) {
    const uint32_t pc = i.address + 4;
    const uint32_t half = i.word;
    if ((half & 0xf000) == 0xd000 && (half & 0x0e00) != 0x0e00)
        return pc + (sign_extend(half & 0xff, 8) << 1);
    if ((half & 0xf800) == 0xe000)
        return pc + (sign_extend(half & 0x7ff, 11) << 1);
    if ((half & 0xf500) == 0xb100)
        return pc + ((half >> 9 & 1) << 6) + ((half >> 3 & 31) << 1);
    if ((half & 0xf800) == 0xa000)
        return (pc & ~3u) + ((half & 0xff) << 2);
    return std::nullopt;
}

std::optional<uint32_t> thumb32_branch(const instruction& i) {
    const uint32_t pc = i.address + 4;
    const uint32_t s = i.word >> 26 & 1;
    const uint32_t j1 = i.word >> 13 & 1;
    const uint32_t j2 = i.word >> 11 & 1;
    const uint32_t low = (i.word & 0x7ff) << 1;
    if ((i.word & 0xd000) == 0x8000) {
        if ((i.word >> 23 & 7) == 7)
            return std::nullopt;
        const uint32_t offset = s << 20 | j2 << 19 | j1 << 18 | (i.word >> 16 & 0x3f) << 12 | low;
        return pc + sign_extend(offset, 21);
    }
    const uint32_t offset =
        s << 24 | (j1 ^ s ^ 1) << 23 | (j2 ^ s ^ 1) << 22 | (i.word >> 16 & 0x3ff) << 12 | low;
    const bool to_arm = (i.word & 0x1000) == 0;
    return (to_arm ? pc & ~3u : pc) + sign_extend(offset, 25);
}

uint32_t thumb_imm12(uint32_t word) {
    return (word >> 26 & 1) << 11 | (word >> 12 & 7) << 8 | (word & 0xff);
}

std::optional<uint32_t> thumb32_target(const instruction& i) {
    if ((i.word & 0xf8008000) == 0xf0008000)
        return thumb32_branch(i);
    const uint32_t pc = (i.address + 4) & ~3u;
    if ((i.word & 0xfbff8000) == 0xf20f0000)
        return pc + thumb_imm12(i.word);
    if ((i.word & 0xfbff8000) == 0xf2af0000)
        return pc - thumb_imm12(i.word);
    return std::nullopt;
}

} // namespace

std::optional<uint32_t> direct_target(const instruction& i) {
    if (i.set == isa::arm)
        return arm_target(i);
    return i.size == 2 ? thumb16_target(i) : thumb32_target(i);
}

bool never_continues(const instruction& i) {
    if (i.set == isa::thumb)
        return i.size == 2
                   ? (i.word & 0xff87) == 0x4700 || (i.word & 0xff00) == 0xbd00 ||
                         (i.word & 0xf800) == 0xe000
                   : (i.word & 0xf800d000) == 0xf0009000 || (i.word & 0xfe508000) == 0xe8108000;
    if ((i.word >> 28) != 14)
        return false;
    return (i.word & 0x0f000000) == 0x0a000000 || // B
           (i.word & 0x0ffffff0) == 0x012fff10 || // BX
           (i.word & 0x0e108000) == 0x08108000 || // LDM with PC
           (i.word & 0x0e10f000) == 0x0410f000 || // LDR PC, immediate
           (i.word & 0x0e10f010) == 0x0610f000 || // LDR PC, register
           (i.word & 0x0fe0fff0) == 0x01a0f000;   // MOV PC
}

std::optional<wide_move> wide_move_of(const instruction& i) {
    if (i.set == isa::arm) {
        if ((i.word & 0x0fb00000) != 0x03000000)
            return std::nullopt;
        return wide_move{.rd = static_cast<uint8_t>(i.word >> 12 & 15),
                         .top = (i.word >> 22 & 1) != 0,
                         .value = static_cast<uint16_t>((i.word >> 4 & 0xf000) | (i.word & 0xfff))};
    }
    if (i.size != 4 || (i.word & 0xfb708000) != 0xf2400000)
        return std::nullopt;
    return wide_move{.rd = static_cast<uint8_t>(i.word >> 8 & 15),
                     .top = (i.word >> 23 & 1) != 0,
                     .value =
                         static_cast<uint16_t>((i.word >> 16 & 15) << 12 | thumb_imm12(i.word))};
}

} // namespace paravane::port
