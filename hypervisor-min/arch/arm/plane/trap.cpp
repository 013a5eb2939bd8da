// SPDX-License-Identifier: BSD-2-Clause
// Everything that traps as undefined, Thumb codes and IT blocks among it. The other
// way into the plane is code.cpp; emulate.cpp comes next.
#include "arch/arm/plane/condition.hpp"
#include "arch/arm/plane/memory.hpp"
#include "paravane/plane.hpp"

namespace paravane::arm::plane {

namespace {

namespace codes = abi::plane;

/// After an instruction that begins at `at`: puts the PC back where plane.hpp says.
outcome settle(environment& env, outcome result, uint32_t at) {
    if (result >= outcome::undefined) [[unlikely]] {
        env.state.frame.pc = at;
    }
    return result;
}

outcome undefined_arm(environment& env) {
    const uint32_t at = env.state.frame.pc;
    uint32_t word = 0;
    if (!fetch(env, at, 4, word)) {
        return outcome::undefined;
    }
    env.state.frame.pc = at + 4;
    if (!condition_passed(env.state.frame.cpsr, word >> 28)) {
        return outcome::next;
    }
    return settle(env, emulate(env, decode_arm(word), word), at);
}

/// A Thumb instruction that trapped, codes of the plane replaced by what they stand
/// for, and how many bytes it takes in the guest's memory.
struct thumb_instruction {
    form kind = form::none;
    uint32_t word = 0;
    uint32_t bytes = 2;
};

void read_wide_code(environment& env, uint32_t at, uint32_t imm16, thumb_instruction& read) {
    const codes::decoded code = codes::decode_thumb32(imm16);
    uint32_t low = 0;
    if (code.what == codes::form::thumb_escape) {
        if (!env.escape_word(code.payload, read.word)) {
            return;
        }
    } else if (code.what == codes::form::thumb_escape_next && fetch(env, at + 4, 2, read.word) &&
               fetch(env, at + 6, 2, low)) {
        read.word = read.word << 16 | low;
        read.bytes = 8;
    } else {
        return;
    }
    read.kind = decode_thumb32(read.word);
}

/// What a halfword of the plane stands for; any other is what it is.
uint32_t original_halfword(uint32_t half) {
    const codes::decoded code = codes::decode_thumb16(half);
    switch (code.what) {
    case codes::form::thumb_cps:
        return codes::thumb_cps_code{code.payload}.word();
    case codes::form::thumb_hint:
        return codes::thumb_hint_code{code.payload}.word();
    case codes::form::thumb_setend:
        return codes::thumb_setend_code{code.payload}.word();
    default:
        return half;
    }
}

void read_thumb(environment& env, uint32_t at, thumb_instruction& read) {
    uint32_t second = 0;
    if (!fetch(env, at, 2, read.word)) {
        return;
    }
    if (!is_thumb32(read.word)) {
        read.word = is_user(env) ? read.word : original_halfword(read.word);
        read.kind = decode_thumb16(read.word);
        return;
    }
    if (!fetch(env, at + 2, 2, second)) {
        return;
    }
    read.bytes = 4;
    read.word = read.word << 16 | second;
    const codes::maybe imm16 = codes::udf_w_immediate(read.word);
    if (imm16 && !is_user(env)) {
        read_wide_code(env, at, imm16.value, read);
    } else {
        read.kind = decode_thumb32(read.word);
    }
}

outcome undefined_thumb(environment& env) {
    trap_frame& frame = env.state.frame;
    const uint32_t at = frame.pc;
    const uint32_t it = it_state(frame.cpsr);
    thumb_instruction instruction;
    read_thumb(env, at, instruction);
    frame.pc = at + instruction.bytes;
    if (it != 0 && !condition_passed(frame.cpsr, it >> 4)) {
        frame.cpsr = with_it_state(frame.cpsr, it_advanced(it));
        return outcome::next;
    }
    const outcome result = emulate(env, instruction.kind, instruction.word);
    if (it != 0 && result < outcome::undefined && result != outcome::jump) {
        frame.cpsr = with_it_state(frame.cpsr, it_advanced(it));
    }
    return settle(env, result, at);
}

} // namespace

outcome emulate_undefined(environment& env) {
    return is_thumb(env) ? undefined_thumb(env) : undefined_arm(env);
}

} // namespace paravane::arm::plane
