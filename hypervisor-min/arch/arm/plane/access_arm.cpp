// SPDX-License-Identifier: BSD-2-Clause
// Takes ARM loads and stores apart (ARM ARM A5.2.8, A5.2.10, A5.3, A5.5); see
// access.hpp.
#include "arch/arm/plane/access.hpp"
#include "arch/arm/plane/memory.hpp"

namespace paravane::arm::plane {

namespace {

uint8_t register_field(uint32_t word, uint32_t lowest) {
    return static_cast<uint8_t>(field(word, lowest, 4));
}

/// P, U and W: where the access goes and what becomes of the base.
void index(environment& env, access_operation& access, uint32_t word, uint32_t offset) {
    const uint32_t base = operand(env, access.rn);
    const uint32_t moved = bit(word, 23) ? base + offset : base - offset;
    const bool before = bit(word, 24);
    access.address = before ? moved : base;
    access.writeback = !before || bit(word, 21);
    access.base = moved;
}

access_operation word_or_byte(environment& env, uint32_t word) {
    access_operation access;
    access.kind = access_kind::single;
    access.load = bit(word, 20);
    access.bytes = bit(word, 22) ? 1 : 4;
    access.rn = register_field(word, 16);
    access.rt = register_field(word, 12);
    access.unprivileged = !bit(word, 24) && bit(word, 21);
    const uint32_t offset = bit(word, 25) ? shift_by_immediate(operand(env, field(word, 0, 4)),
                                                               word, carry_flag(env) != 0)
                                          : field(word, 0, 12);
    index(env, access, word, offset);
    return access;
}

/// op (bits 6-5) and L: 01 halfword, 10 signed byte or LDRD, 11 signed halfword or STRD.
access_operation halfword_or_pair(environment& env, uint32_t word) {
    access_operation access;
    access.load = bit(word, 20);
    access.rn = register_field(word, 16);
    access.rt = register_field(word, 12);
    access.unprivileged = !bit(word, 24) && bit(word, 21);
    const uint32_t op = field(word, 5, 2);
    if (op != 1 && !access.load) {
        access.kind =
            (access.rt & 1) == 0 && access.rt != 14 ? access_kind::pair : access_kind::none;
        access.load = op == 2;
        access.rt2 = access.rt + 1;
    } else {
        access.kind = access_kind::single;
        access.bytes = op == 2 ? 1 : 2;
        access.sign = op != 1;
    }
    const uint32_t offset = bit(word, 22) ? field(word, 8, 4) << 4 | field(word, 0, 4)
                                          : operand(env, field(word, 0, 4));
    index(env, access, word, offset);
    return access;
}

access_operation multiple(environment& env, uint32_t word) {
    access_operation access;
    access.list = static_cast<uint16_t>(word);
    const bool empty = access.list == 0;
    access.kind = bit(word, 22) || empty ? access_kind::none : access_kind::multiple;
    access.load = bit(word, 20);
    access.rn = register_field(word, 16);
    access.writeback = bit(word, 21);
    const block where = block_of(word, operand(env, access.rn),
                                 static_cast<uint32_t>(__builtin_popcount(access.list)));
    access.address = where.start;
    access.base = where.base_after;
    return access;
}

/// SWP, SWPB, STREX, STREXD, STREXB, STREXH. Loads never fault on such a page.
access_operation synchronization(environment& env, uint32_t word) {
    static constexpr uint8_t BYTES[4] = {4, 8, 1, 2};
    access_operation access;
    access.rn = register_field(word, 16);
    access.address = operand(env, access.rn);
    access.rd = register_field(word, 12);
    access.rt = register_field(word, 0);
    access.rt2 = access.rt + 1;
    if (bit(word, 23)) {
        access.kind = bit(word, 20) ? access_kind::none : access_kind::exclusive;
        access.bytes = BYTES[field(word, 21, 2)];
    } else {
        access.kind = field(word, 20, 2) == 0 ? access_kind::swap : access_kind::none;
        access.bytes = bit(word, 22) ? 1 : 4;
    }
    return access;
}

} // namespace

access_operation decode_access_arm(environment& env, uint32_t word) {
    if (word >> 28 == 0xf) {
        return {};
    }
    switch (field(word, 25, 3)) {
    case 0:
        if ((word & 0x90) != 0x90) {
            return {};
        }
        if (field(word, 5, 2) != 0) {
            return halfword_or_pair(env, word);
        }
        return bit(word, 24) ? synchronization(env, word) : access_operation{};
    case 2:
        return word_or_byte(env, word);
    case 3:
        return bit(word, 4) ? access_operation{} : word_or_byte(env, word);
    case 4:
        return multiple(env, word);
    default:
        return {};
    }
}

} // namespace paravane::arm::plane
