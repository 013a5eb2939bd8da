// SPDX-License-Identifier: BSD-2-Clause
// The virtual mode and status registers: composing the virtual CPSR, banking,
// writes as CPSRWriteByInstr has them. Before it stands the dispatch in
// emulate.cpp; exception.cpp and return.cpp build on it.
#pragma once

#include "arch/arm/plane/environment.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

inline constexpr uint32_t CPSR_FLAGS = 0xf8000000;      ///< NZCVQ
inline constexpr uint32_t CPSR_MASKS = CPSR_I | CPSR_F; ///< kept in the page's irq_mask
inline constexpr uint32_t CPSR_HARDWARE =
    CPSR_FLAGS | CPSR_GE | CPSR_IT | CPSR_E | CPSR_T; ///< kept in the frame
/// MRS hides the execution state but E (ARM ARM B9.3.8).
inline constexpr uint32_t CPSR_READABLE = 0xf8ff03df;
inline constexpr uint32_t NO_BANK = 0xff;

/// A word that the guest may write at any time, read exactly once.
inline uint32_t read_once(const uint32_t& word) {
    return __atomic_load_n(&word, __ATOMIC_RELAXED);
}

/// r0-r15 by number.
inline uint32_t& reg(vcpu_state& state, uint32_t number) {
    return reinterpret_cast<uint32_t*>(&state.frame)[number & 15];
}

/// Bank of a mode, NO_BANK when CPSR.M cannot have this value.
inline uint32_t bank_of(uint32_t mode) {
    static constexpr uint8_t BANK[16] = {0,       1,       2,       3,       NO_BANK, NO_BANK,
                                         NO_BANK, 4,       NO_BANK, NO_BANK, NO_BANK, 5,
                                         NO_BANK, NO_BANK, NO_BANK, 0};
    return (mode & 0x10) != 0 ? BANK[mode & 0xf] : NO_BANK;
}

inline bool is_user(const environment& env) {
    return env.state.mode == MODE_USR;
}
/// User and System mode have no SPSR.
inline bool has_spsr(const environment& env) {
    return env.state.mode != MODE_USR && env.state.mode != MODE_SYS;
}
inline bool is_thumb(const environment& env) {
    return (env.state.frame.cpsr & CPSR_T) != 0;
}

inline uint32_t virtual_cpsr(const environment& env) {
    return env.state.frame.cpsr | env.state.mode | env.state.async_mask |
           (read_once(env.page.irq_mask) & CPSR_MASKS);
}

/// CPSR.I and F; the other bits of the word are the guest's.
inline void set_masks(environment& env, uint32_t cpsr) {
    env.page.irq_mask = (read_once(env.page.irq_mask) & ~CPSR_MASKS) | (cpsr & CPSR_MASKS);
}

/// Re-banks SP, LR, SPSR and r8-r12. `mode` is a legal one.
void switch_mode(environment& env, uint32_t mode);

/// SP of a mode, whether it is the current one or not.
uint32_t& banked_sp(environment& env, uint32_t mode);
/// A register of User mode, whatever the mode is (LDM and STM of user registers).
uint32_t& user_register(environment& env, uint32_t number);

/// MSR to CPSR (ARM ARM B1.3.3 CPSRWriteByInstr, no exception return): false when
/// the mode does not exist.
bool write_cpsr(environment& env, uint32_t value, uint32_t byte_mask);

/// The whole CPSR, as an exception return writes it: false when the mode does not
/// exist. IT is cleared in ARM state and J always: the hardware must not see them.
bool restore_cpsr(environment& env, uint32_t value);

} // namespace paravane::arm::plane
