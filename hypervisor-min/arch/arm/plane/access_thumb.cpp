// SPDX-License-Identifier: BSD-2-Clause
// Takes Thumb loads and stores apart (ARM ARM A6.2.4, A6.3.5 to A6.3.10); see
// access.hpp.
#include "arch/arm/plane/access.hpp"
#include "arch/arm/plane/memory.hpp"

namespace paravane::arm::plane {

namespace {

uint8_t register_field(uint32_t word, uint32_t lowest) {
    return static_cast<uint8_t>(field(word, lowest, 4));
}
uint8_t low_register(uint32_t word, uint32_t lowest) {
    return static_cast<uint8_t>(field(word, lowest, 3));
}

access_operation transfer_list(environment& env, uint32_t list, uint32_t rn, uint32_t mode,
                               bool load, bool writeback) {
    access_operation access;
    access.kind = list == 0 ? access_kind::none : access_kind::multiple;
    access.list = static_cast<uint16_t>(list);
    access.load = load;
    access.rn = static_cast<uint8_t>(rn);
    access.writeback = writeback;
    const block where =
        block_of(mode, operand(env, rn), static_cast<uint32_t>(__builtin_popcount(list)));
    access.address = where.start;
    access.base = where.base_after;
    return access;
}

constexpr uint32_t INCREMENT_AFTER = 1u << 23;
constexpr uint32_t DECREMENT_BEFORE = 1u << 24;

access_operation single(uint32_t bytes, bool load, bool sign, uint32_t rt, uint32_t address) {
    access_operation access;
    access.kind = access_kind::single;
    access.bytes = static_cast<uint8_t>(bytes);
    access.load = load;
    access.sign = sign;
    access.rt = static_cast<uint8_t>(rt);
    access.address = address;
    return access;
}

/// 0101: STR STRH STRB LDRSB LDR LDRH LDRB LDRSH by register.
access_operation narrow_register(environment& env, uint32_t half) {
    static constexpr uint8_t BYTES[8] = {4, 2, 1, 1, 4, 2, 1, 2};
    const uint32_t op = field(half, 9, 3);
    return single(BYTES[op], op >= 3, op == 3 || op == 7, low_register(half, 0),
                  operand(env, field(half, 3, 3)) + operand(env, field(half, 6, 3)));
}

access_operation narrow_immediate(environment& env, uint32_t half, uint32_t bytes) {
    return single(bytes, bit(half, 11), false, low_register(half, 0),
                  operand(env, field(half, 3, 3)) + field(half, 6, 5) * bytes);
}

access_operation narrow(environment& env, uint32_t half) {
    switch (half >> 12) {
    case 5:
        return narrow_register(env, half);
    case 6:
        return narrow_immediate(env, half, 4);
    case 7:
        return narrow_immediate(env, half, 1);
    case 8:
        return narrow_immediate(env, half, 2);
    case 9:
        return single(4, bit(half, 11), false, low_register(half, 8),
                      operand(env, 13) + field(half, 0, 8) * 4);
    case 11: {
        const bool load = bit(half, 11);
        if ((half & 0x0600) != 0x0400) {
            return {};
        }
        const uint32_t last = bit(half, 8) ? 1u << (load ? 15 : 14) : 0;
        return transfer_list(env, (half & 0xff) | last, 13,
                             load ? INCREMENT_AFTER : DECREMENT_BEFORE, load, true);
    }
    case 12: {
        const bool load = bit(half, 11);
        const uint32_t rn = field(half, 8, 3);
        return transfer_list(env, half & 0xff, rn, INCREMENT_AFTER, load, !(load && bit(half, rn)));
    }
    default:
        return {};
    }
}

/// LDR, STR and kin, 32-bit: imm12; imm8 with P, U, W; register shifted left by 0-3.
access_operation wide_single(environment& env, uint32_t word) {
    const uint32_t rn = field(word, 16, 4);
    const uint32_t size = field(word, 21, 2);
    const bool load = bit(word, 20);
    const bool sign = bit(word, 24);
    if (size == 3 || rn == 15 || (sign && !load)) {
        return {};
    }
    const uint32_t base = operand(env, rn);
    access_operation access = single(1u << size, load, sign, field(word, 12, 4), base);
    access.rn = static_cast<uint8_t>(rn);
    if (bit(word, 23)) {
        access.address = base + field(word, 0, 12);
        return access;
    }
    if (!bit(word, 11)) {
        access.address = base + (operand(env, field(word, 0, 4)) << field(word, 4, 2));
        return field(word, 6, 6) == 0 ? access : access_operation{};
    }
    const bool before = bit(word, 10);
    access.writeback = bit(word, 8);
    access.base = bit(word, 9) ? base + field(word, 0, 8) : base - field(word, 0, 8);
    access.address = before ? access.base : base;
    access.unprivileged = before && bit(word, 9) && !access.writeback;
    return before || access.writeback ? access : access_operation{};
}

access_operation wide_multiple(environment& env, uint32_t word) {
    const bool increment = bit(word, 23);
    if (increment == bit(word, 24)) {
        return {};
    }
    return transfer_list(env, word & 0xffff, field(word, 16, 4),
                         increment ? INCREMENT_AFTER : DECREMENT_BEFORE, bit(word, 20),
                         bit(word, 21));
}

/// STREX and, with op3 4, 5 and 7 of 0xe8c: STREXB, STREXH, STREXD.
access_operation wide_exclusive(environment& env, uint32_t word) {
    access_operation access;
    access.rn = register_field(word, 16);
    access.rt = register_field(word, 12);
    access.address = operand(env, access.rn);
    access.kind = bit(word, 20) ? access_kind::none : access_kind::exclusive;
    if (!bit(word, 23)) {
        access.rd = register_field(word, 8);
        access.address += field(word, 0, 8) * 4;
        return access;
    }
    const uint32_t size = field(word, 4, 4);
    if (size != 4 && size != 5 && size != 7) {
        return {};
    }
    access.rd = register_field(word, 0);
    access.rt2 = register_field(word, 8);
    access.bytes = static_cast<uint8_t>(1u << (size & 3));
    return access;
}

access_operation wide_pair(environment& env, uint32_t word) {
    const bool before = bit(word, 24);
    const bool writeback = bit(word, 21);
    if (!before && !writeback) {
        return wide_exclusive(env, word);
    }
    access_operation access;
    access.kind = access_kind::pair;
    access.load = bit(word, 20);
    access.rt = register_field(word, 12);
    access.rt2 = register_field(word, 8);
    access.rn = register_field(word, 16);
    const uint32_t base = operand(env, access.rn);
    const uint32_t offset = field(word, 0, 8) * 4;
    access.writeback = writeback;
    access.base = bit(word, 23) ? base + offset : base - offset;
    access.address = before ? access.base : base;
    return access;
}

} // namespace

access_operation decode_access_thumb(environment& env, uint32_t word) {
    if (word >> 16 == 0) {
        return narrow(env, word);
    }
    switch (word >> 25) {
    case 0x74:
        return bit(word, 22) ? wide_pair(env, word) : wide_multiple(env, word);
    case 0x7c:
        return wide_single(env, word);
    default:
        return {};
    }
}

} // namespace paravane::arm::plane
