// SPDX-License-Identifier: BSD-2-Clause
// Turns Thumb loads and stores into ARM ones (ARM ARM A6.2.4, A6.3.5 to A6.3.10);
// see access.hpp.
#include "arch/arm/plane/access.hpp"
#include "arch/arm/plane/handlers.hpp"

namespace paravane::arm::plane {

namespace {

constexpr uint32_t AL = 0xe0000000;
constexpr uint32_t OFFSET = 0x01800000; ///< P and U: base plus offset, no writeback

/// A single transfer without its addressing: `size` is the logarithm of the bytes.
constexpr uint32_t single(uint32_t size, bool load, bool sign) {
    const uint32_t word = AL | (load ? 1u << 20 : 0);
    if (sign) {
        return word | (size == 0 ? 0xd0 : 0xf0);
    }
    return word | (size == 2 ? 0x04000000 : size == 0 ? 0x04400000 : 0xb0);
}

void low(uint32_t half, uint32_t word, transfer& access) {
    access.word = word | OFFSET | field(half, 3, 3) << 16 | field(half, 0, 3) << 12;
}

/// 0101: STR STRH STRB LDRSB LDR LDRH LDRB LDRSH by register.
void narrow_register(environment& env, uint32_t half, transfer& access) {
    static constexpr uint8_t SIZES[8] = {2, 1, 0, 0, 2, 1, 0, 1};
    const uint32_t op = field(half, 9, 3);
    access.offset = operand(env, field(half, 6, 3));
    low(half, single(SIZES[op], op >= 3, op == 3 || op == 7), access);
}

void narrow_immediate(uint32_t half, uint32_t size, transfer& access) {
    access.offset = field(half, 6, 5) << size;
    low(half, single(size, bit(half, 11), false), access);
}

void narrow(environment& env, uint32_t half, transfer& access) {
    const bool load = bit(half, 11);
    const uint32_t list = half & 0xff;
    const uint32_t rn = field(half, 8, 3);
    switch (half >> 12) {
    case 5:
        narrow_register(env, half, access);
        break;
    case 6:
        narrow_immediate(half, 2, access);
        break;
    case 7:
        narrow_immediate(half, 0, access);
        break;
    case 8:
        narrow_immediate(half, 1, access);
        break;
    case 9:
        access.offset = list * 4;
        access.word = single(2, load, false) | OFFSET | 13u << 16 | rn << 12;
        break;
    case 11: // PUSH is STMDB SP!, POP is LDM SP!
        if ((half & 0x0600) == 0x0400) {
            access.word = AL | (load ? 0x08bd0000 : 0x092d0000) | list |
                          (bit(half, 8) ? 1u << (load ? 15 : 14) : 0);
        }
        break;
    case 12:
        access.word = AL | 0x08800000 | (load ? 1u << 20 : 0) | rn << 16 | list |
                      (load && bit(list, rn) ? 0 : 1u << 21);
        break;
    default:
        break;
    }
}

/// LDR, STR and kin, 32-bit: imm12; imm8 with P, U, W; register shifted left by 0-3.
void wide_single(environment& env, uint32_t word, transfer& access) {
    const uint32_t size = field(word, 21, 2);
    const bool load = bit(word, 20);
    const bool sign = bit(word, 24);
    if (size == 3 || field(word, 16, 4) == 15 || (sign && (!load || size == 2))) {
        return;
    }
    uint32_t how = OFFSET;
    if (bit(word, 23)) {
        access.offset = field(word, 0, 12);
    } else if (!bit(word, 11)) {
        access.offset = operand(env, field(word, 0, 4)) << field(word, 4, 2);
        if (field(word, 6, 5) != 0) {
            return;
        }
    } else {
        const bool before = bit(word, 10);
        const bool back = bit(word, 8);
        if (!before && !back) {
            return;
        }
        access.offset = field(word, 0, 8);
        access.user = field(word, 8, 3) == 6;
        how = (word & 0x600) << 14 | (before && back ? 1u << 21 : 0);
    }
    access.word = single(size, load, sign) | (word & 0x000ff000) | how;
}

/// STREX and, with size 4, 5 and 7 of 0xe8c, STREXB, STREXH and STREXD. Loads never
/// trap where these do.
void wide_exclusive(uint32_t word, transfer& access) {
    static constexpr uint8_t KIND[4] = {2, 3, 0, 1};
    const uint32_t size = field(word, 4, 4);
    uint32_t registers = field(word, 8, 4) << 12 | field(word, 12, 4);
    if (bit(word, 20)) {
        return;
    }
    if (!bit(word, 23)) {
        access.offset = field(word, 0, 8) * 4;
    } else if (size == 4 || size == 5 || size == 7) {
        access.rt2 = field(word, 8, 4);
        registers = static_cast<uint32_t>(KIND[size & 3]) << 21 | field(word, 0, 4) << 12 |
                    field(word, 12, 4);
    } else {
        return;
    }
    access.word = AL | 0x01800f90 | (word & 0x000f0000) | registers;
}

void wide_pair(uint32_t word, transfer& access) {
    if (!bit(word, 24) && !bit(word, 21)) {
        wide_exclusive(word, access);
        return;
    }
    const uint32_t kept = bit(word, 24) ? 0x01aff000 : 0x008ff000;
    access.offset = field(word, 0, 8) * 4;
    access.rt2 = field(word, 8, 4);
    access.word = AL | (word & kept) | (bit(word, 20) ? 0xd0 : 0xf0);
}

} // namespace

void thumb_transfer(environment& env, uint32_t word, transfer& access) {
    if (word >> 16 == 0) {
        narrow(env, word, access);
    } else if (word >> 25 == 0x7c) {
        wide_single(env, word, access);
    } else if (word >> 25 == 0x74 && bit(word, 22)) {
        wide_pair(word, access);
    } else if (word >> 25 == 0x74 && bit(word, 24) != bit(word, 23)) {
        // Multiple: P, U, W, L, Rn and the list stand where ARM has them.
        access.word = AL | 0x08000000 | (word & 0x01bfffff);
    }
}

} // namespace paravane::arm::plane
