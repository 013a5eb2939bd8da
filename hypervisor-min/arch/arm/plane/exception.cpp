// SPDX-License-Identifier: BSD-2-Clause
// Exception entry and return; see exception.hpp.
#include "arch/arm/plane/exception.hpp"
#include "arch/arm/plane/mode.hpp"
#include "arch/arm/plane/sctlr.hpp"

namespace paravane::arm::plane {

namespace {

struct entry_rule {
    uint8_t mode;
    uint8_t lr_arm;   ///< added to frame.pc for LR
    uint8_t lr_thumb; ///<
    uint8_t masks;    ///< A and F set beside I, as CPSR bits shifted right by 6: 4 and 1
};

constexpr entry_rule RULES[8] = {
    {MODE_SVC, 0, 0, 5}, {MODE_UND, 4, 2, 0}, {MODE_SVC, 0, 0, 0}, {MODE_ABT, 4, 4, 4},
    {MODE_ABT, 8, 8, 4}, {MODE_SVC, 0, 0, 5}, {MODE_IRQ, 4, 4, 4}, {MODE_FIQ, 4, 4, 5},
};

uint32_t vector_base(const environment& env) {
    return (env.state.cp15.sctlr & SCTLR_V) != 0 ? 0xffff0000 : env.state.cp15.vbar;
}

} // namespace

void take_exception(environment& env, exception kind) {
    vcpu_state& state = env.state;
    const entry_rule& rule = RULES[static_cast<uint8_t>(kind)];
    const uint32_t cpsr = virtual_cpsr(env);
    const uint32_t lr = state.frame.pc + ((cpsr & CPSR_T) != 0 ? rule.lr_thumb : rule.lr_arm);
    if (state.mode != rule.mode) {
        switch_mode(env, rule.mode);
    }
    env.page.spsr = cpsr;
    state.frame.lr = lr;
    const uint32_t sctlr = state.cp15.sctlr;
    state.frame.cpsr = (cpsr & (CPSR_FLAGS | CPSR_GE)) | MODE_USR |
                       ((sctlr & SCTLR_TE) != 0 ? CPSR_T : 0) |
                       ((sctlr & SCTLR_EE) != 0 ? CPSR_E : 0);
    state.async_mask |= (rule.masks & 4u) << 6;
    set_masks(env, cpsr | CPSR_I | (rule.masks & 1u) << 6);
    state.frame.pc = vector_base(env) + 4 * static_cast<uint32_t>(kind);
    ++env.exclusive_epoch;
}

outcome return_to(environment& env, uint32_t pc, uint32_t cpsr) {
    if (!restore_cpsr(env, cpsr)) {
        env.reason = kill_reason::illegal_mode;
        return outcome::kill;
    }
    env.state.frame.pc = pc & ((cpsr & CPSR_T) != 0 ? ~1u : ~3u);
    ++env.exclusive_epoch;
    env.clear_monitor();
    return outcome::jump;
}

} // namespace paravane::arm::plane
