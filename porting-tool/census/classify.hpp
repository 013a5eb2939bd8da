// SPDX-License-Identifier: BSD-2-Clause
// Decides by encoding alone what a word is (ARM DDI 0406C, chapters A5, A6,
// B9). No text is ever compared. Fed by walk.hpp, cross-checked against LLVM MC
// in tests/port/census.
#pragma once

#include "kind.hpp"

namespace paravane::port {

/// The architecture decides a few classes: ARMv5 has no CP15 barriers in User mode.
enum class cpu_arch : uint8_t { v4, v5, v6, v7 };

struct classification {
    kind what = kind::none;
    sensitivity cls = sensitivity::none;
    std::string_view reason;

    explicit operator bool() const { return what != kind::none; }
};

/// Classifies one ARM word.
classification classify_arm(uint32_t word, cpu_arch arch = cpu_arch::v7);

/// Classifies one 16-bit Thumb instruction.
classification classify_thumb16(uint16_t half);

/// Classifies one 32-bit Thumb instruction, first halfword in the upper half.
classification classify_thumb32(uint32_t word, cpu_arch arch = cpu_arch::v7);

/// True when the halfword starts a 32-bit Thumb instruction.
constexpr bool is_thumb32(uint16_t half) {
    return (half >> 11) >= 0x1d;
}

/// The instruction with condition, general registers and unneeded immediates cleared: equal
/// for two instances of one source line, so that a template assembled with any operands
/// finds its instances in a binary. Thumb and ARM forms of one operation differ.
uint32_t identity_of(isa set, uint32_t word);

} // namespace paravane::port
