// SPDX-License-Identifier: BSD-2-Clause
// The handlers behind emulate(): each takes one ARM encoding of its form, any
// variant, and answers as plane.hpp has it. Conditions are not their concern.
#pragma once

#include "arch/arm/plane/exception.hpp"
#include "arch/arm/plane/mode.hpp"
#include "arch/arm/plane/plane.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

// status.cpp
outcome mrs(environment& env, uint32_t word);
outcome msr_register(environment& env, uint32_t word);
outcome msr_immediate(environment& env, uint32_t word);
outcome cps(environment& env, uint32_t word);
outcome setend(environment& env, uint32_t word);

// return.cpp
outcome return_register(environment& env, uint32_t word);
outcome return_immediate(environment& env, uint32_t word);

// block.cpp
outcome block_transfer(environment& env, uint32_t word);
outcome return_from_exception(environment& env, uint32_t word);
outcome store_return_state(environment& env, uint32_t word);

// access.cpp
outcome unprivileged(environment& env, uint32_t word);
outcome unprivileged_thumb(environment& env, uint32_t word);

// cp15.cpp, fp.cpp
outcome cp15(environment& env, uint32_t word);
outcome cp15_pair(environment& env, uint32_t word);
outcome cp14(environment& env, uint32_t word);
outcome fp_status(environment& env, uint32_t word);

/// PC as an operand of the current instruction.
inline uint32_t pc_operand(const environment& env) {
    return env.state.frame.pc + 4;
}

/// A register as an operand; r15 reads as pc_operand.
inline uint32_t operand(environment& env, uint32_t number) {
    return number == 15 ? pc_operand(env) : reg(env.state, number);
}

constexpr uint32_t field(uint32_t word, uint32_t lowest, uint32_t width) {
    return (word >> lowest) & ((1u << width) - 1);
}
constexpr bool bit(uint32_t word, uint32_t number) {
    return ((word >> number) & 1) != 0;
}

/// 12-bit modified immediate of ARM state (ARM ARM A5.2.4).
constexpr uint32_t expand_immediate(uint32_t word) {
    const uint32_t value = word & 0xff;
    const uint32_t rotation = field(word, 8, 4) * 2;
    return rotation == 0 ? value : value >> rotation | value << (32 - rotation);
}

inline uint32_t carry_flag(const environment& env) {
    return field(env.state.frame.cpsr, 29, 1);
}

/// Operand shifted as bits 11-5 of `word` say (ARM ARM A8.4.1); RRX takes `carry` in.
uint32_t shift_by_immediate(uint32_t value, uint32_t word, bool carry);

} // namespace paravane::arm::plane
