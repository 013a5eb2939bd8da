// SPDX-License-Identifier: BSD-2-Clause
// SVC codes of ARM state: the hottest way into the plane. entry.S has taken out the
// codes that only save, set and restore the interrupt masks; the next frequent ones go
// straight to their handlers, the rest by way of decode_code and emulate.cpp.
#include "arch/arm/plane/code_word.hpp"
#include "arch/arm/plane/cp15.hpp"
#include "arch/arm/plane/memory.hpp"

namespace paravane::arm::plane {

namespace {

namespace codes = abi::plane;

/// Codes come in granules of 4 Ki or multiples of them.
constexpr uint32_t granule(uint32_t base) {
    return base >> 12;
}
static_assert(codes::cp15_code::BASE == 0);
static_assert(codes::mrs_code::BITS <= 12 && codes::msr_register_code::BITS <= 12 &&
              codes::cps_code::BITS <= 12 && codes::return_register_code::BITS <= 12);

constexpr uint32_t MOVS_PC_LR = 0xd0e;
static_assert((codes::return_register_code{MOVS_PC_LR}.word() & ~0xf0000u) == 0xe1b0f00e);

/// The code's payload, or more than its form has when the code is unassigned.
template <class Code>
constexpr uint32_t payload(uint32_t code) {
    return code - Code::BASE;
}
template <class Code>
constexpr bool assigned(uint32_t code) {
    return payload<Code>(code) >> Code::BITS == 0;
}

outcome emulate_escaped(environment& env, uint32_t index) {
    uint32_t word = 0;
    return env.escape_word(index, word) ? emulate(env, decode_arm(word), word) : outcome::undefined;
}

/// The original stands behind the code; it was fetched as code, so it can be read.
outcome emulate_following(environment& env) {
    uint32_t word = 0;
    if (!fetch(env, env.state.frame.pc, 4, word)) {
        return outcome::undefined;
    }
    env.state.frame.pc += 4;
    return emulate(env, decode_arm(word), word);
}

[[gnu::noinline]] outcome emulate_rare(environment& env, uint32_t code) {
    const codes::form what = form_of(code);
    switch (what) {
    case codes::form::none:
        return outcome::undefined;
    case codes::form::escape:
        return emulate_escaped(env, code);
    case codes::form::escape_next:
        return emulate_following(env);
    case codes::form::msr_immediate:
        return msr_immediate(env, codes::msr_immediate_code{code}.word());
    default:
        const form kind = decode_code(what, code);
        return emulate(env, kind, code);
    }
}

outcome dispatch(environment& env, uint32_t code) {
    if (assigned<codes::cp15_code>(code)) {
        return cp15_access(env, code);
    }
    switch (granule(code)) {
    case granule(codes::cps_code::BASE):
        if (assigned<codes::cps_code>(code)) {
            return cps(env, codes::cps_code{payload<codes::cps_code>(code)}.word());
        }
        break;
    case granule(codes::mrs_code::BASE):
        if (assigned<codes::mrs_code>(code)) {
            return mrs(env, codes::mrs_code{payload<codes::mrs_code>(code)}.word());
        }
        break;
    case granule(codes::msr_register_code::BASE):
        if (assigned<codes::msr_register_code>(code)) {
            return msr_register(
                env, codes::msr_register_code{payload<codes::msr_register_code>(code)}.word());
        }
        break;
    case granule(codes::fp_status_code::BASE):
        if (assigned<codes::fp_status_code>(code)) {
            return fp_status(env,
                             codes::fp_status_code{payload<codes::fp_status_code>(code)}.word());
        }
        break;
    case granule(codes::return_register_code::BASE):
        if ((code & 0xf0f) == (MOVS_PC_LR & 0xf0f) && has_spsr(env)) {
            return return_to(env, env.state.frame.lr, read_once(env.page.spsr));
        }
        break;
    default:
        break;
    }
    return emulate_rare(env, code);
}

} // namespace

outcome emulate_code(environment& env, uint32_t code) {
    const uint32_t at = env.state.frame.pc - 4;
    const outcome result = dispatch(env, code);
    if (result >= outcome::undefined) [[unlikely]] {
        env.state.frame.pc = at;
    }
    return result;
}

} // namespace paravane::arm::plane
