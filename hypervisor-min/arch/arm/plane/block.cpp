// SPDX-License-Identifier: BSD-2-Clause
// Block transfers that only privileged code may do: LDM (exception return), LDM and
// STM of User registers, RFE, SRS (ARM ARM B9.3). Dispatched by emulate.cpp. A fault
// leaves every register as it was, so that the guest can restart the instruction.
#include "arch/arm/plane/memory.hpp"

namespace paravane::arm::plane {

namespace {

bool load_words(environment& env, uint32_t at, uint32_t* into, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        if (!read_memory(env, at + 4 * i, 4, mmu::privilege::kernel, true, into[i])) {
            return false;
        }
    }
    return true;
}

bool store_words(environment& env, uint32_t at, const uint32_t* from, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        if (!write_memory(env, at + 4 * i, 4, mmu::privilege::kernel, true, from[i])) {
            return false;
        }
    }
    return true;
}

uint32_t count_registers(uint32_t list) {
    return static_cast<uint32_t>(__builtin_popcount(list & 0xffff));
}

} // namespace

outcome load_return(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const bool writeback = bit(word, 21);
    if (rn == 15 || (writeback && bit(word, rn)) || !has_spsr(env)) {
        return outcome::undefined;
    }
    uint32_t words[16];
    const uint32_t count = count_registers(word);
    const block where = block_of(word, reg(env.state, rn), count);
    if (!load_words(env, where.start, words, count)) {
        return access_failed(env);
    }
    uint32_t next = 0;
    for (uint32_t i = 0; i < 15; ++i) {
        if (bit(word, i)) {
            reg(env.state, i) = words[next++];
        }
    }
    if (writeback) {
        reg(env.state, rn) = where.base_after;
    }
    return return_to(env, words[next], read_once(env.page.spsr));
}

outcome load_user(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const uint32_t count = count_registers(word);
    if (rn == 15 || count == 0 || bit(word, 21) || !has_spsr(env)) {
        return outcome::undefined;
    }
    uint32_t words[16];
    const block where = block_of(word, reg(env.state, rn), count);
    if (!load_words(env, where.start, words, count)) {
        return access_failed(env);
    }
    uint32_t next = 0;
    for (uint32_t i = 0; i < 15; ++i) {
        if (bit(word, i)) {
            user_register(env, i) = words[next++];
        }
    }
    return outcome::next;
}

outcome store_user(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const uint32_t count = count_registers(word);
    if (rn == 15 || count == 0 || bit(word, 21) || !has_spsr(env)) {
        return outcome::undefined;
    }
    uint32_t words[16];
    uint32_t next = 0;
    for (uint32_t i = 0; i < 15; ++i) {
        if (bit(word, i)) {
            words[next++] = user_register(env, i);
        }
    }
    if (bit(word, 15)) {
        words[next] = pc_operand(env);
    }
    const block where = block_of(word, reg(env.state, rn), count);
    return store_words(env, where.start, words, count) ? outcome::next : access_failed(env);
}

outcome return_from_exception(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    if (rn == 15 || is_user(env)) {
        return outcome::undefined;
    }
    uint32_t words[2];
    const block where = block_of(word, reg(env.state, rn), 2);
    if (!load_words(env, where.start, words, 2)) {
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
    const uint32_t words[2] = {env.state.frame.lr, read_once(env.page.spsr)};
    const block where = block_of(word, sp, 2);
    if (!store_words(env, where.start, words, 2)) {
        return access_failed(env);
    }
    if (bit(word, 21)) {
        sp = where.base_after;
    }
    return outcome::next;
}

} // namespace paravane::arm::plane
