// SPDX-License-Identifier: BSD-2-Clause
// The two ways into the plane: SVC codes of ARM state (emulate_code), and everything
// that traps as undefined (emulate_undefined), Thumb codes and IT blocks among it.
// emulate.cpp comes next.
#include "arch/arm/plane/condition.hpp"
#include "arch/arm/plane/handlers.hpp"
#include "paravane/plane.hpp"

namespace paravane::arm::plane {

namespace {

namespace codes = abi::plane;

/// Instruction fetch: little-endian whatever CPSR.E is. Fails only where the guest
/// could not have fetched either.
bool fetch(environment& env, uint32_t at, uint32_t bytes, uint32_t& value) {
    const mmu::privilege level = is_user(env) ? mmu::privilege::user : mmu::privilege::kernel;
    const Result<uint32_t, access_fault> word = env.load(gva{at}, bytes, level);
    value = word.value_or(0);
    return word.has_value();
}

/// After an instruction that begins at `at`: puts the PC back where plane.hpp says.
outcome settle(environment& env, outcome result, uint32_t at) {
    if (result >= outcome::undefined) [[unlikely]] {
        env.state.frame.pc = at;
    }
    return result;
}

outcome emulate_escaped(environment& env, uint32_t index) {
    const auto word = env.escape_word(index);
    return word ? emulate(env, decode_arm(*word)) : outcome::undefined;
}

outcome emulate_following(environment& env) {
    uint32_t word = 0;
    if (!fetch(env, env.state.frame.pc, 4, word)) {
        return outcome::undefined;
    }
    env.state.frame.pc += 4;
    return emulate(env, decode_arm(word));
}

outcome dispatch(environment& env, codes::decoded code) {
    const uint32_t payload = code.payload;
    using codes::form;
    switch (code.what) {
    case form::cps:
        return cps(env, codes::cps_code{payload}.word());
    case form::mrs:
        return mrs(env, codes::mrs_code{payload}.word());
    case form::msr_register:
        return msr_register(env, codes::msr_register_code{payload}.word());
    case form::msr_immediate:
        return msr_immediate(env, codes::msr_immediate_code{payload}.word());
    case form::cp15:
        return cp15(env, codes::cp15_code{payload}.word());
    case form::ldm_return:
        return load_return(env, codes::ldm_return_code{payload}.word());
    case form::return_register:
        return return_register(env, codes::return_register_code{payload}.word());
    case form::return_immediate:
        return return_immediate(env, codes::return_immediate_code{payload}.word());
    case form::escape:
        return emulate_escaped(env, payload);
    case form::escape_next:
        return emulate_following(env);
    default:
        break;
    }
    const codes::maybe word = codes::instruction(code);
    return word ? emulate(env, decode_arm(word.value)) : outcome::undefined;
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
    return settle(env, emulate(env, decode_arm(word)), at);
}

/// A Thumb instruction that trapped, codes of the plane replaced by what they stand
/// for, and how many bytes it takes in the guest's memory.
struct thumb_instruction {
    decoded what{form::none, 0};
    uint32_t bytes = 2;
};

thumb_instruction wide_code(environment& env, uint32_t at, uint32_t imm16) {
    const codes::decoded code = codes::decode_thumb32(imm16);
    if (code.what == codes::form::thumb_escape) {
        const auto word = env.escape_word(code.payload);
        return {word ? decode_thumb32(*word) : decoded{form::none, 0}, 4};
    }
    uint32_t low = 0;
    uint32_t high = 0;
    if (code.what != codes::form::thumb_escape_next || !fetch(env, at + 4, 2, high) ||
        !fetch(env, at + 6, 2, low)) {
        return {{form::none, 0}, 4};
    }
    return {decode_thumb32(high << 16 | low), 8};
}

thumb_instruction read_thumb(environment& env, uint32_t at) {
    uint32_t first = 0;
    uint32_t second = 0;
    if (!fetch(env, at, 2, first)) {
        return {};
    }
    if (!is_thumb32(first)) {
        const codes::maybe original =
            is_user(env) ? codes::maybe{} : codes::instruction(codes::decode_thumb16(first));
        return {decode_thumb16(original ? original.value : first), 2};
    }
    if (!fetch(env, at + 2, 2, second)) {
        return {};
    }
    const uint32_t word = first << 16 | second;
    const codes::maybe imm16 = codes::udf_w_immediate(word);
    return imm16 && !is_user(env) ? wide_code(env, at, imm16.value)
                                  : thumb_instruction{decode_thumb32(word), 4};
}

outcome undefined_thumb(environment& env) {
    trap_frame& frame = env.state.frame;
    const uint32_t at = frame.pc;
    const uint32_t it = it_state(frame.cpsr);
    const thumb_instruction instruction = read_thumb(env, at);
    frame.pc = at + instruction.bytes;
    if (it != 0 && !condition_passed(frame.cpsr, it >> 4)) {
        frame.cpsr = with_it_state(frame.cpsr, it_advanced(it));
        return outcome::next;
    }
    const outcome result = emulate(env, instruction.what);
    if (it != 0 && result < outcome::undefined && result != outcome::jump) {
        frame.cpsr = with_it_state(frame.cpsr, it_advanced(it));
    }
    return settle(env, result, at);
}

} // namespace

outcome emulate_code(environment& env, uint32_t code) {
    const uint32_t at = env.state.frame.pc - 4;
    return settle(env, dispatch(env, codes::decode_arm(codes::ARM_BASE + code)), at);
}

outcome emulate_undefined(environment& env) {
    return is_thumb(env) ? undefined_thumb(env) : undefined_arm(env);
}

} // namespace paravane::arm::plane
