// SPDX-License-Identifier: BSD-2-Clause
// Handlers of the status registers (MRS, MSR, CPS, SETEND). Dispatched by emulate.cpp.
#include "arch/arm/plane/handlers.hpp"

namespace paravane::arm::plane {

namespace {

constexpr uint32_t SPSR_RESERVED = 0x00f00000;

outcome write_status(environment& env, uint32_t word, uint32_t value) {
    const uint32_t byte_mask = field(word, 16, 4);
    if (!bit(word, 22)) {
        if (write_cpsr(env, value, byte_mask)) [[likely]] {
            return outcome::next;
        }
        env.reason = kill_reason::illegal_mode;
        return outcome::kill;
    }
    if (!has_spsr(env)) {
        return outcome::undefined;
    }
    uint32_t writable = 0;
    for (uint32_t byte = 0; byte < 4; ++byte) {
        writable |= bit(byte_mask, byte) ? 0xffu << (8 * byte) : 0;
    }
    writable &= ~SPSR_RESERVED;
    env.page.spsr = (read_once(env.page.spsr) & ~writable) | (value & writable);
    return outcome::next;
}

/// The combinations that ARM ARM B9.3.2 calls UNPREDICTABLE.
constexpr bool cps_unpredictable(uint32_t word) {
    const uint32_t imod = field(word, 18, 2);
    const bool names_masks = field(word, 6, 3) != 0;
    const bool changes_mode = bit(word, 17);
    return (field(word, 0, 5) != 0 && !changes_mode) || imod == 1 || (imod >= 2) != names_masks ||
           (imod == 0 && !changes_mode);
}

} // namespace

outcome mrs(environment& env, uint32_t word) {
    const uint32_t rd = field(word, 12, 4);
    if (rd == 15) [[unlikely]] {
        return outcome::undefined;
    }
    if (!bit(word, 22)) {
        const uint32_t cpsr = virtual_cpsr(env) & CPSR_READABLE;
        reg(env.state, rd) = cpsr;
        return outcome::next;
    }
    if (!has_spsr(env)) [[unlikely]] {
        return outcome::undefined;
    }
    reg(env.state, rd) = read_once(env.page.spsr);
    return outcome::next;
}

outcome msr_register(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 0, 4);
    if (rn == 15 || field(word, 16, 4) == 0) [[unlikely]] {
        return outcome::undefined;
    }
    return write_status(env, word, reg(env.state, rn));
}

outcome msr_immediate(environment& env, uint32_t word) {
    if (field(word, 16, 4) == 0) [[unlikely]] {
        return outcome::undefined;
    }
    return write_status(env, word, expand_immediate(word));
}

outcome cps(environment& env, uint32_t word) {
    if (cps_unpredictable(word)) [[unlikely]] {
        return outcome::undefined;
    }
    if (is_user(env)) [[unlikely]] {
        return outcome::next;
    }
    if (bit(word, 19)) {
        const uint32_t named = word & (CPSR_A | CPSR_I | CPSR_F);
        const uint32_t set = bit(word, 18) ? named : 0;
        env.state.async_mask = (env.state.async_mask & ~named) | (set & CPSR_A);
        env.page.irq_mask = (read_once(env.page.irq_mask) & ~named) | (set & CPSR_MASKS);
    }
    const uint32_t mode = word & CPSR_MODE;
    if (!bit(word, 17) || mode == env.state.mode) {
        return outcome::next;
    }
    if (bank_of(mode) == NO_BANK) [[unlikely]] {
        env.reason = kill_reason::illegal_mode;
        return outcome::kill;
    }
    switch_mode(env, mode);
    return outcome::next;
}

outcome setend(environment& env, uint32_t word) {
    const uint32_t endian = bit(word, 9) ? CPSR_E : 0;
    env.state.frame.cpsr = (env.state.frame.cpsr & ~CPSR_E) | endian;
    return outcome::next;
}

} // namespace paravane::arm::plane
