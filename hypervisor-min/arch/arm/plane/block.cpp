// SPDX-License-Identifier: BSD-2-Clause
// Block transfers that only privileged code may do: LDM (exception return), LDM and
// STM of User registers, RFE, SRS (ARM ARM B9.3). Dispatched by emulate.cpp. A fault
// leaves every register as it was, so that the guest can restart the instruction.
#include "arch/arm/plane/memory.hpp"

namespace paravane::arm::plane {

/// LDM (exception return) is the one that loads PC; it uses the registers of the mode,
/// the other two those of User mode.
outcome block_transfer(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const bool load = bit(word, 20);
    const bool returns = load && bit(word, 15);
    const bool writeback = bit(word, 21);
    const auto count = static_cast<uint32_t>(__builtin_popcount(word & 0xffff));
    const bool unpredictable_writeback = writeback && (!returns || bit(word, rn));
    if (rn == 15 || count == 0 || unpredictable_writeback || !has_spsr(env)) {
        return outcome::undefined;
    }
    uint32_t words[16];
    uint32_t next = 0;
    for (uint32_t i = 0; !load && i < 16; ++i) {
        if (bit(word, i)) {
            words[next++] = i == 15 ? pc_operand(env) : user_register(env, i);
        }
    }
    const block where = block_of(word, reg(env.state, rn), count);
    if (!move_words(env, where.start, words, count, load)) {
        return access_failed(env);
    }
    for (uint32_t i = 0; load && i < 15; ++i) {
        if (bit(word, i)) {
            (returns ? reg(env.state, i) : user_register(env, i)) = words[next++];
        }
    }
    if (!returns) {
        return outcome::next;
    }
    if (writeback) {
        reg(env.state, rn) = where.base_after;
    }
    return return_to(env, words[next], read_once(env.page.spsr));
}

outcome return_from_exception(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    if (rn == 15 || is_user(env)) {
        return outcome::undefined;
    }
    uint32_t words[2];
    const block where = block_of(word, reg(env.state, rn), 2);
    if (!move_words(env, where.start, words, 2, true)) {
        return access_failed(env);
    }
    if (bit(word, 21)) {
        reg(env.state, rn) = where.base_after;
    }
    return return_to(env, words[0], words[1]);
}

outcome store_return_state(environment& env, uint32_t word) {
    const uint32_t mode = word & CPSR_MODE;
    if (!has_spsr(env) || bank_of(mode) == NO_BANK) {
        return outcome::undefined;
    }
    uint32_t& sp = banked_sp(env, mode);
    uint32_t words[2] = {env.state.frame.lr, read_once(env.page.spsr)};
    const block where = block_of(word, sp, 2);
    if (!move_words(env, where.start, words, 2, false)) {
        return access_failed(env);
    }
    if (bit(word, 21)) {
        sp = where.base_after;
    }
    return outcome::next;
}

} // namespace paravane::arm::plane
