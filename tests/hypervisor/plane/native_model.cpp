// SPDX-License-Identifier: BSD-2-Clause
// Runs a case of the native comparison on the plane: loads the state, takes each
// instruction as an undefined-instruction trap, stops at the first exception.
#include "fake_environment.hpp"
#include "native_case.hpp"

namespace paravane::plane_test {
namespace {

constexpr uint32_t BANKED[] = {MODE_SVC, MODE_ABT, MODE_UND, MODE_IRQ, MODE_FIQ};
constexpr uint32_t STEPS = 8;

void load(fake_environment& env, native_case start, uint32_t base) {
    env.enter(MODE_SYS);
    for (uint32_t i = 0; i < 13; ++i) {
        env.r(i) = start.r[i];
    }
    env.r(13) = start.usr[0];
    env.r(14) = start.usr[1];
    for (const uint32_t mode : BANKED) {
        env.enter(mode);
        env.r(13) = start.bank(mode).sp;
        env.r(14) = start.bank(mode).lr;
        env.shared.spsr = start.bank(mode).spsr;
    }
    for (uint32_t i = 0; i < 5; ++i) {
        env.r(8 + i) = start.fiq_r[i];
    }
    for (uint32_t i = 0; i < 8; ++i) {
        env.poke(base + AT_SLOT + 4 * i, start.code[i]);
    }
    for (uint32_t i = 0; i < 32; ++i) {
        env.poke(base + AT_DATA + 4 * i, start.data[i]);
    }
    env.storage.cp15.cpacr = 0x00f00000;
    env.enter(start.cpsr);
    env.storage.frame.cpsr |= start.cpsr & CPSR_IT;
    env.storage.frame.pc = start.pc;
}

bool is_svc(fake_environment& env) {
    const uint32_t word = env.peek(env.storage.frame.pc);
    return is_thumb(env) ? (word & 0xff00) == 0xdf00 : word >> 24 == 0xef;
}

/// Up to the exception that stops the case.
exception run(fake_environment& env) {
    for (uint32_t i = 0; i < STEPS; ++i) {
        if (is_svc(env)) {
            env.storage.frame.pc += is_thumb(env) ? 2 : 4;
            return exception::supervisor_call;
        }
        switch (emulate_undefined(env)) {
        case outcome::next:
        case outcome::jump:
            break;
        case outcome::undefined:
            return exception::undefined;
        case outcome::data_abort:
            return exception::data_abort;
        default:
            return exception::reset;
        }
    }
    return exception::reset;
}

} // namespace

native_case run_in_model(const native_case& start, uint32_t base) {
    fake_environment env;
    load(env, start, base);
    const exception stop = run(env);
    native_case result{};
    result.runner = static_cast<uint32_t>(stop);
    result.cpsr = virtual_cpsr(env);
    take_exception(env, stop);
    result.pc = env.r(14);
    env.enter(MODE_SYS);
    for (uint32_t i = 0; i < 13; ++i) {
        result.r[i] = env.r(i);
    }
    result.usr[0] = env.r(13);
    result.usr[1] = env.r(14);
    for (const uint32_t mode : BANKED) {
        env.enter(mode);
        result.bank(mode) = {env.r(13), env.r(14), env.shared.spsr};
    }
    for (uint32_t i = 0; i < 5; ++i) {
        result.fiq_r[i] = env.r(8 + i);
    }
    for (uint32_t i = 0; i < 32; ++i) {
        result.data[i] = env.peek(base + AT_DATA + 4 * i);
    }
    return result;
}

} // namespace paravane::plane_test
