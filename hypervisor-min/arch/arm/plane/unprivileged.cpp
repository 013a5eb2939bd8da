// SPDX-License-Identifier: BSD-2-Clause
// LDRT, STRT and their byte and halfword kin: accesses as virtual User mode
// (ARM ARM A8.8.92, A8.8.80, A8.8.218). Dispatched by emulate.cpp.
#include "arch/arm/plane/memory.hpp"

namespace paravane::arm::plane {

namespace {

struct transfer {
    uint32_t address;
    uint32_t bytes;
    bool load;
    bool sign;
};

uint32_t extended(uint32_t value, const transfer& access) {
    if (!access.sign) {
        return value;
    }
    return access.bytes == 1 ? static_cast<uint32_t>(static_cast<int8_t>(value))
                             : static_cast<uint32_t>(static_cast<int16_t>(value));
}

outcome perform(environment& env, const transfer& access, uint32_t rt) {
    if (!access.load) {
        const bool done = write_memory(env, access.address, access.bytes, mmu::privilege::user,
                                       false, operand(env, rt));
        return done ? outcome::next : access_failed(env);
    }
    uint32_t value = 0;
    if (!read_memory(env, access.address, access.bytes, mmu::privilege::user, false, value)) {
        return access_failed(env);
    }
    reg(env.state, rt) = extended(value, access);
    return outcome::next;
}

/// ARM state: the address is the base, which then moves by the offset.
outcome post_indexed(environment& env, uint32_t word, const transfer& access, uint32_t offset) {
    const uint32_t rn = field(word, 16, 4);
    const outcome done = perform(env, access, field(word, 12, 4));
    if (done == outcome::next) {
        reg(env.state, rn) = access.address + (bit(word, 23) ? offset : 0 - offset);
    }
    return done;
}

uint32_t shifted_offset(environment& env, uint32_t word) {
    return shift_by_immediate(reg(env.state, word), word, carry_flag(env) != 0);
}

} // namespace

outcome unprivileged(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const uint32_t rt = field(word, 12, 4);
    const transfer access{reg(env.state, rn), bit(word, 22) ? 1u : 4u, bit(word, 20), false};
    const bool by_register = bit(word, 25);
    if (rn == 15 || rn == rt || (rt == 15 && (access.load || access.bytes == 1)) ||
        (by_register && field(word, 0, 4) == 15)) {
        return outcome::undefined;
    }
    return post_indexed(env, word, access,
                        by_register ? shifted_offset(env, word) : field(word, 0, 12));
}

outcome unprivileged_half(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const uint32_t rt = field(word, 12, 4);
    const bool by_immediate = bit(word, 22);
    if (rn == 15 || rt == 15 || rn == rt || (!by_immediate && field(word, 0, 4) == 15)) {
        return outcome::undefined;
    }
    const transfer access{reg(env.state, rn), bit(word, 5) ? 2u : 1u, bit(word, 20), bit(word, 6)};
    const uint32_t offset =
        by_immediate ? field(word, 8, 4) << 4 | field(word, 0, 4) : reg(env.state, word);
    return post_indexed(env, word, access, offset);
}

outcome unprivileged_thumb(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const uint32_t rt = field(word, 12, 4);
    const uint32_t bytes = 1u << field(word, 21, 2);
    const bool load = bit(word, 20);
    const bool sign = bit(word, 24);
    if (rn == 15 || rt == 15 || rt == 13 || bytes == 8 || (sign && (!load || bytes == 4))) {
        return outcome::undefined;
    }
    return perform(env, {reg(env.state, rn) + field(word, 0, 8), bytes, load, sign}, rt);
}

} // namespace paravane::arm::plane
