// SPDX-License-Identifier: BSD-2-Clause
// Banking and CPSR writes; see mode.hpp.
#include "arch/arm/plane/mode.hpp"

namespace paravane::arm::plane {

namespace {

void swap_fiq_registers(vcpu_state& state) {
    for (uint32_t i = 0; i < 5; ++i) {
        const uint32_t other = state.r8_r12_fiq[i];
        state.r8_r12_fiq[i] = state.frame.r[8 + i];
        state.frame.r[8 + i] = other;
    }
}

} // namespace

void switch_mode(environment& env, uint32_t mode) {
    vcpu_state& state = env.state;
    const uint32_t old = state.mode;
    state.banks[bank_of(old)] = {state.frame.sp, state.frame.lr, read_once(env.page.spsr)};
    const banked_registers& next = state.banks[bank_of(mode)];
    state.frame.sp = next.sp;
    state.frame.lr = next.lr;
    env.page.spsr = next.spsr;
    state.mode = mode;
    env.page.mode = mode;
    if ((old == MODE_FIQ) != (mode == MODE_FIQ)) [[unlikely]] {
        swap_fiq_registers(state);
    }
    if ((old == MODE_USR) != (mode == MODE_USR)) {
        env.privilege_changed(mode == MODE_USR);
    }
}

uint32_t& banked_sp(environment& env, uint32_t mode) {
    const uint32_t bank = bank_of(mode);
    return bank == bank_of(env.state.mode) ? env.state.frame.sp : env.state.banks[bank].sp;
}

uint32_t& user_register(environment& env, uint32_t number) {
    vcpu_state& state = env.state;
    const bool own = state.mode == MODE_USR || state.mode == MODE_SYS;
    if (!own && (number == 13 || number == 14)) {
        banked_registers& user = state.banks[static_cast<uint32_t>(bank::usr)];
        return number == 13 ? user.sp : user.lr;
    }
    if (state.mode == MODE_FIQ && number >= 8 && number <= 12) {
        return state.r8_r12_fiq[number - 8];
    }
    return reg(state, number);
}

bool write_cpsr(environment& env, uint32_t value, uint32_t byte_mask) {
    vcpu_state& state = env.state;
    uint32_t writable = 0;
    if ((byte_mask & 8) != 0) {
        writable |= CPSR_FLAGS;
    }
    if ((byte_mask & 4) != 0) {
        writable |= CPSR_GE;
    }
    if ((byte_mask & 2) != 0) {
        writable |= CPSR_E;
    }
    state.frame.cpsr = (state.frame.cpsr & ~writable) | (value & writable);
    if (is_user(env)) {
        return true;
    }
    if ((byte_mask & 2) != 0) {
        state.async_mask = value & CPSR_A;
    }
    if ((byte_mask & 1) == 0) {
        return true;
    }
    const uint32_t mode = value & CPSR_MODE;
    if (mode != state.mode) {
        if (bank_of(mode) == NO_BANK) {
            return false;
        }
        switch_mode(env, mode);
    }
    set_masks(env, value);
    return true;
}

bool restore_cpsr(environment& env, uint32_t value) {
    vcpu_state& state = env.state;
    const uint32_t mode = value & CPSR_MODE;
    if (bank_of(mode) == NO_BANK) {
        return false;
    }
    uint32_t kept = CPSR_HARDWARE;
    if ((value & CPSR_T) == 0) {
        kept &= ~CPSR_IT;
    }
    state.frame.cpsr = (value & kept) | MODE_USR;
    state.async_mask = value & CPSR_A;
    set_masks(env, value);
    if (mode != state.mode) {
        switch_mode(env, mode);
    }
    return true;
}

} // namespace paravane::arm::plane
