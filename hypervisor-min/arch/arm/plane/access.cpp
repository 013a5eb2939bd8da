// SPDX-License-Identifier: BSD-2-Clause
// Performs loads and stores by their ARM encodings (ARM ARM A5.2.8, A5.2.10, A5.3,
// A5.5); see access.hpp. A fault leaves every register as it was.
#include "arch/arm/plane/access.hpp"
#include "arch/arm/plane/condition.hpp"
#include "arch/arm/plane/memory.hpp"

namespace paravane::arm::plane {

namespace {

struct indexed {
    uint32_t address;
    uint32_t base_after;
};

/// P and U: where the access goes and what becomes of the base.
indexed index(environment& env, const transfer& access) {
    const uint32_t base = operand(env, field(access.word, 16, 4));
    const uint32_t moved = bit(access.word, 23) ? base + access.offset : base - access.offset;
    return {bit(access.word, 24) ? moved : base, moved};
}

/// P and W. W with post-indexing names the unprivileged forms, which write back too.
bool writes_back(uint32_t word) {
    return !bit(word, 24) || bit(word, 21);
}

/// Loads into PC choose the state by bit 0, as since ARMv5T.
void load_register(environment& env, uint32_t number, uint32_t value) {
    trap_frame& frame = env.state.frame;
    if (number == 15) [[unlikely]] {
        const bool thumb = (value & 1) != 0;
        frame.cpsr = (frame.cpsr & ~CPSR_T) | (thumb ? CPSR_T : 0);
        value &= thumb ? ~1u : ~3u;
    }
    reg(env.state, number) = value;
}

/// The size and sign of a single transfer.
struct width {
    uint32_t bytes;
    bool sign;
};
width width_of(uint32_t word) {
    if (bit(word, 26)) {
        return {bit(word, 22) ? 1u : 4u, false};
    }
    const bool sign = bit(word, 6);
    return {bit(word, 5) ? 2u : 1u, sign};
}

outcome perform_single(environment& env, const transfer& access) {
    const uint32_t word = access.word;
    const uint32_t rt = field(word, 12, 4);
    const indexed where = index(env, access);
    const width size = width_of(word);
    const uint32_t how =
        size.bytes | (access.user ? MOVE_USER : 0) | (bit(word, 20) ? MOVE_LOAD : 0);
    uint32_t value = operand(env, rt);
    if (!move_memory(env, where.address, how, value)) {
        return access_failed(env);
    }
    if (writes_back(word)) {
        reg(env.state, field(word, 16, 4)) = where.base_after;
    }
    if (bit(word, 20)) {
        const uint32_t unused = 32 - 8 * size.bytes;
        const auto left = static_cast<int32_t>(value << unused);
        load_register(env, rt, size.sign ? static_cast<uint32_t>(left >> unused) : value);
    }
    return outcome::next;
}

outcome perform_pair(environment& env, const transfer& access) {
    const uint32_t word = access.word;
    const uint32_t numbers[2] = {field(word, 12, 4), access.rt2};
    const indexed where = index(env, access);
    const bool load = !bit(word, 5);
    uint32_t values[2] = {operand(env, numbers[0]), operand(env, numbers[1])};
    if (!move_words(env, where.address, values, 2, load)) {
        return access_failed(env);
    }
    if (writes_back(word)) {
        reg(env.state, field(word, 16, 4)) = where.base_after;
    }
    if (load) {
        reg(env.state, numbers[0]) = values[0];
        reg(env.state, numbers[1]) = values[1];
    }
    return outcome::next;
}

outcome perform_multiple(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const bool load = bit(word, 20);
    const block where =
        block_of(word, operand(env, rn), static_cast<uint32_t>(__builtin_popcount(word & 0xffff)));
    uint32_t values[16];
    uint32_t count = 0;
    for (uint32_t i = 0; i < 16; ++i) {
        if (bit(word, i)) {
            values[count++] = operand(env, i);
        }
    }
    if (!move_words(env, where.start, values, count, load)) {
        return access_failed(env);
    }
    if (bit(word, 21)) {
        reg(env.state, rn) = where.base_after;
    }
    count = 0;
    for (uint32_t i = 0; load && i < 16; ++i) {
        if (bit(word, i)) {
            load_register(env, i, values[count++]);
        }
    }
    return outcome::next;
}

/// The trap has cleared the monitor, so the first attempt fails and the guest goes
/// round; when it comes back without a virtual exception in between, its LDREX was
/// the last thing that looked.
bool exclusive_passes(environment& env, uint32_t address) {
    const uint32_t epoch = env.exclusive_epoch + env.state.quick_faults;
    if (env.exclusive_failed_at == address && env.exclusive_failed_epoch == epoch) {
        ++env.exclusive_epoch;
        return true;
    }
    env.exclusive_failed_at = address;
    env.exclusive_failed_epoch = epoch;
    return false;
}

outcome perform_exclusive(environment& env, const transfer& access) {
    static constexpr uint8_t BYTES[4] = {4, 4, 1, 2}; // STREX, STREXD, STREXB, STREXH
    const uint32_t word = access.word;
    const uint32_t size = field(word, 21, 2);
    const uint32_t address = operand(env, field(word, 16, 4)) + access.offset;
    const bool passes = exclusive_passes(env, address);
    uint32_t values[2] = {reg(env.state, word), reg(env.state, access.rt2)};
    const bool done =
        !passes || (size == 1 ? move_words(env, address, values, 2, false)
                              : move_memory(env, address, BYTES[size] | MOVE_ALIGNED, values[0]));
    if (!done) {
        return access_failed(env);
    }
    reg(env.state, field(word, 12, 4)) = passes ? 0 : 1;
    return outcome::next;
}

outcome perform_swap(environment& env, uint32_t word) {
    const uint32_t address = operand(env, field(word, 16, 4));
    const uint32_t how = (bit(word, 22) ? 1 : 4) | MOVE_ALIGNED;
    uint32_t old = 0;
    uint32_t replacement = reg(env.state, word);
    if (!move_memory(env, address, how | MOVE_LOAD, old) ||
        !move_memory(env, address, how, replacement)) {
        return access_failed(env);
    }
    reg(env.state, field(word, 12, 4)) = old;
    return outcome::next;
}

/// The instruction at frame.pc as a transfer; 0 bytes when it is out of reach.
uint32_t fetch_transfer(environment& env, transfer& access) {
    const uint32_t at = env.state.frame.pc;
    const bool thumb = is_thumb(env);
    uint32_t first = 0;
    uint32_t second = 0;
    if (!fetch(env, at, thumb ? 2 : 4, first)) {
        return 0;
    }
    env.state.frame.pc += 4;
    if (!thumb) {
        arm_transfer(env, first, access);
        return 4;
    }
    if (!is_thumb32(first)) {
        thumb_transfer(env, first, access);
        return 2;
    }
    if (!fetch(env, at + 2, 2, second)) {
        return 0;
    }
    thumb_transfer(env, first << 16 | second, access);
    return 4;
}

} // namespace

void arm_transfer(environment& env, uint32_t word, transfer& access) {
    const uint32_t rm = field(word, 0, 4);
    bool known = true;
    access.rt2 = field(word, 12, 4) + 1;
    access.user = (word & 0x01200000) == 0x00200000;
    switch (field(word, 25, 3)) {
    case 0:
        if ((word & 0x60) == 0) { // SWP, STREX
            access.rt2 = rm + 1;
            known = (word & 0x01900000) == 0x01800000 || (word & 0x01b00000) == 0x01000000;
        } else {
            access.offset = bit(word, 22) ? field(word, 8, 4) << 4 | rm : operand(env, rm);
        }
        known &= (word & 0x90) == 0x90;
        break;
    case 2:
        access.offset = field(word, 0, 12);
        break;
    case 3:
        access.offset = shift_by_immediate(operand(env, rm), word, carry_flag(env) != 0);
        known = !bit(word, 4);
        break;
    case 4:
        known = !bit(word, 22);
        break;
    default:
        known = false;
    }
    access.word = known ? word : 0;
}

outcome perform(environment& env, const transfer& access) {
    const uint32_t word = access.word;
    if (word == 0 || word >> 28 == 0xf) {
        return outcome::undefined;
    }
    if (bit(word, 27)) {
        return perform_multiple(env, word);
    }
    if (!bit(word, 26)) {
        if ((word & 0x60) == 0) {
            return bit(word, 23) ? perform_exclusive(env, access) : perform_swap(env, word);
        }
        if ((word & 0x00100040) == 0x40) {
            return perform_pair(env, access);
        }
    }
    return perform_single(env, access);
}

outcome emulate_access(environment& env) {
    trap_frame& frame = env.state.frame;
    const uint32_t at = frame.pc;
    const uint32_t it = is_thumb(env) ? it_state(frame.cpsr) : 0;
    transfer access;
    const uint32_t length = fetch_transfer(env, access);
    frame.pc = at + length;
    const outcome result = perform(env, access);
    if (result != outcome::next) {
        frame.pc = at;
    } else if (it != 0) {
        frame.cpsr = with_it_state(frame.cpsr, it_advanced(it));
    }
    return result;
}

/// LDRT and kin. UNPREDICTABLE: base PC or the transferred register (which only
/// STRT may take from PC), offset PC.
outcome unprivileged(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const uint32_t rt = field(word, 12, 4);
    const bool strt = (word & 0x04500000) == 0x04000000;
    const bool by_register = bit(word, 26) ? bit(word, 25) : !bit(word, 22);
    if (rn == 15 || rn == rt || (rt == 15 && !strt) || (by_register && field(word, 0, 4) == 15)) {
        return outcome::undefined;
    }
    transfer access;
    arm_transfer(env, word, access);
    return perform(env, access);
}

outcome unprivileged_thumb(environment& env, uint32_t word) {
    const uint32_t rt = field(word, 12, 4);
    transfer access;
    if (rt != 13 && rt != 15) {
        thumb_transfer(env, word, access);
    }
    return perform(env, access);
}

} // namespace paravane::arm::plane
