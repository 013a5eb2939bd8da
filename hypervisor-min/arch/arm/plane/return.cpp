// SPDX-License-Identifier: BSD-2-Clause
// Exception return by data processing: MOVS PC, LR; SUBS PC, LR, #n; and the other
// S-bit forms with Rd = PC (ARM ARM B9.3.20). Dispatched by emulate.cpp.
#include "arch/arm/plane/handlers.hpp"

namespace paravane::arm::plane {

namespace {

uint32_t result_of(uint32_t opcode, uint32_t first, uint32_t second, uint32_t carry) {
    switch (opcode) {
    case 0:
        return first & second;
    case 1:
        return first ^ second;
    case 2:
        return first - second;
    case 3:
        return second - first;
    case 4:
        return first + second;
    case 5:
        return first + second + carry;
    case 6:
        return first - second - (1 - carry);
    case 7:
        return second - first - (1 - carry);
    case 12:
        return first | second;
    case 13:
        return second;
    case 14:
        return first & ~second;
    default:
        return ~second;
    }
}

outcome compute_and_return(environment& env, uint32_t word, uint32_t second) {
    const bool compares = (word & 0x01800000) == 0x01000000; // TST, TEQ, CMP and CMN have no Rd
    if (compares || !has_spsr(env)) [[unlikely]] {
        return outcome::undefined;
    }
    const uint32_t first = operand(env, field(word, 16, 4));
    const uint32_t pc = result_of(field(word, 21, 4), first, second, carry_flag(env));
    return return_to(env, pc, read_once(env.page.spsr));
}

} // namespace

uint32_t shift_by_immediate(uint32_t value, uint32_t word, bool carry) {
    const uint32_t amount = field(word, 7, 5);
    switch (field(word, 5, 2)) {
    case 0:
        return value << amount;
    case 1:
        return amount == 0 ? 0 : value >> amount;
    case 2:
        return static_cast<uint32_t>(static_cast<int32_t>(value) >> (amount == 0 ? 31 : amount));
    default:
        return amount == 0 ? static_cast<uint32_t>(carry) << 31 | value >> 1
                           : value >> amount | value << (32 - amount);
    }
}

outcome return_register(environment& env, uint32_t word) {
    const uint32_t value = operand(env, field(word, 0, 4));
    if (field(word, 4, 8) == 0) [[likely]] {
        return compute_and_return(env, word, value);
    }
    return compute_and_return(env, word, shift_by_immediate(value, word, carry_flag(env) != 0));
}

outcome return_immediate(environment& env, uint32_t word) {
    return compute_and_return(env, word, expand_immediate(word));
}

} // namespace paravane::arm::plane
