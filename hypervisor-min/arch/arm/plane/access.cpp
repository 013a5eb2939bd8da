// SPDX-License-Identifier: BSD-2-Clause
// Performs a decoded load or store; see access.hpp. A fault leaves every register
// as it was.
#include "arch/arm/plane/access.hpp"
#include "arch/arm/plane/condition.hpp"
#include "arch/arm/plane/memory.hpp"

namespace paravane::arm::plane {

namespace {

/// What a load into the PC means since ARMv5T: bit 0 chooses the state.
void load_register(environment& env, uint32_t number, uint32_t value, uint32_t& next) {
    if (number != 15) {
        reg(env.state, number) = value;
        return;
    }
    env.state.frame.cpsr = (env.state.frame.cpsr & ~CPSR_T) | ((value & 1) != 0 ? CPSR_T : 0);
    next = value & ((value & 1) != 0 ? ~1u : ~3u);
}

uint32_t extended(uint32_t value, const access_operation& access) {
    if (!access.sign) {
        return value;
    }
    return access.bytes == 1 ? static_cast<uint32_t>(static_cast<int8_t>(value))
                             : static_cast<uint32_t>(static_cast<int16_t>(value));
}

mmu::privilege privilege_of(const environment& env, const access_operation& access) {
    return access.unprivileged ? mmu::privilege::user : current_privilege(env);
}

bool perform_single(environment& env, const access_operation& access, uint32_t& next) {
    const mmu::privilege level = privilege_of(env, access);
    if (!access.load) {
        return write_memory(env, access.address, access.bytes, level, false,
                            operand(env, access.rt));
    }
    uint32_t value = 0;
    if (!read_memory(env, access.address, access.bytes, level, false, value)) {
        return false;
    }
    load_register(env, access.rt, extended(value, access), next);
    return true;
}

/// Registers `list` from or to consecutive words; loads take effect together.
bool perform_words(environment& env, const access_operation& access, uint32_t list,
                   uint32_t& next) {
    const mmu::privilege level = current_privilege(env);
    uint32_t words[16];
    uint32_t at = access.address;
    for (uint32_t i = 0; i < 16; ++i) {
        if (!bit(list, i)) {
            continue;
        }
        const bool done = access.load ? read_memory(env, at, 4, level, true, words[i])
                                      : write_memory(env, at, 4, level, true, operand(env, i));
        if (!done) {
            return false;
        }
        at += 4;
    }
    for (uint32_t i = 0; access.load && i < 16; ++i) {
        if (bit(list, i)) {
            load_register(env, i, words[i], next);
        }
    }
    return true;
}

bool perform_pair(environment& env, const access_operation& access) {
    const mmu::privilege level = current_privilege(env);
    if (!access.load) {
        return write_memory(env, access.address, 4, level, true, operand(env, access.rt)) &&
               write_memory(env, access.address + 4, 4, level, true, operand(env, access.rt2));
    }
    uint32_t first = 0;
    uint32_t second = 0;
    if (!read_memory(env, access.address, 4, level, true, first) ||
        !read_memory(env, access.address + 4, 4, level, true, second)) {
        return false;
    }
    reg(env.state, access.rt) = first;
    reg(env.state, access.rt2) = second;
    return true;
}

/// The trap has cleared the monitor, so the first attempt fails and the guest goes
/// round; when it comes back without a virtual exception in between, its LDREX was
/// the last thing that looked.
bool perform_exclusive(environment& env, const access_operation& access) {
    if (env.exclusive_failed_at != access.address ||
        env.exclusive_failed_epoch != env.exclusive_epoch) {
        env.exclusive_failed_at = access.address;
        env.exclusive_failed_epoch = env.exclusive_epoch;
        reg(env.state, access.rd) = 1;
        return true;
    }
    const mmu::privilege level = current_privilege(env);
    const uint32_t bytes = access.bytes == 8 ? 4 : access.bytes;
    if (!write_memory(env, access.address, bytes, level, true, reg(env.state, access.rt)) ||
        (access.bytes == 8 &&
         !write_memory(env, access.address + 4, 4, level, true, reg(env.state, access.rt2)))) {
        return false;
    }
    ++env.exclusive_epoch;
    reg(env.state, access.rd) = 0;
    return true;
}

bool perform_swap(environment& env, const access_operation& access) {
    const mmu::privilege level = current_privilege(env);
    uint32_t old = 0;
    if (!read_memory(env, access.address, access.bytes, level, true, old) ||
        !write_memory(env, access.address, access.bytes, level, true, reg(env.state, access.rt))) {
        return false;
    }
    reg(env.state, access.rd) = old;
    return true;
}

bool perform(environment& env, const access_operation& access, uint32_t& next) {
    switch (access.kind) {
    case access_kind::single:
        return perform_single(env, access, next);
    case access_kind::pair:
        return perform_pair(env, access);
    case access_kind::multiple:
        return perform_words(env, access, access.list, next);
    case access_kind::exclusive:
        return perform_exclusive(env, access);
    default:
        return perform_swap(env, access);
    }
}

bool loads_base(const access_operation& access) {
    return access.load && access.kind == access_kind::multiple && bit(access.list, access.rn);
}

/// The instruction at frame.pc: its word and its length, 0 when it is out of reach.
uint32_t fetch_instruction(environment& env, uint32_t& word) {
    const mmu::privilege level = current_privilege(env);
    const uint32_t at = env.state.frame.pc;
    const uint32_t unit = is_thumb(env) ? 2 : 4;
    const auto first = env.load(gva{at}, unit, level);
    if (!first) {
        return 0;
    }
    word = *first;
    if (unit == 4 || !is_thumb32(word)) {
        return unit;
    }
    const auto second = env.load(gva{at + 2}, 2, level);
    if (!second) {
        return 0;
    }
    word = word << 16 | *second;
    return 4;
}

} // namespace

outcome emulate_access(environment& env) {
    trap_frame& frame = env.state.frame;
    const uint32_t at = frame.pc;
    const bool thumb = is_thumb(env);
    uint32_t word = 0;
    const uint32_t length = fetch_instruction(env, word);
    if (length == 0) {
        return outcome::undefined;
    }
    frame.pc = at + 4 - (thumb ? 4 : 0);
    const access_operation access =
        thumb ? decode_access_thumb(env, word) : decode_access_arm(env, word);
    uint32_t next = at + length;
    const uint32_t it = thumb ? it_state(frame.cpsr) : 0;
    const bool known = access.kind != access_kind::none;
    if (!known || !perform(env, access, next)) {
        frame.pc = at;
        return known ? access_failed(env) : outcome::undefined;
    }
    if (access.writeback && !loads_base(access)) {
        reg(env.state, access.rn) = access.base;
    }
    frame.pc = next;
    if (it != 0) {
        frame.cpsr = with_it_state(frame.cpsr, it_advanced(it));
    }
    return outcome::next;
}

} // namespace paravane::arm::plane
