// SPDX-License-Identifier: BSD-2-Clause
// Instruction words of the rarer codes by table instead of straight code: where each
// payload bit goes is worked out at compile time from the generated word(), for 600
// bytes less of text. trap.cpp uses it and takes the hot codes straight.
#pragma once

#include "arch/arm/plane/form.hpp"
#include "paravane/plane.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

/// `width` bits from bit `from` of the payload to bit `to` of the word.
struct moved_field {
    uint16_t from : 5;
    uint16_t to : 5;
    uint16_t width : 5;
};
static_assert(sizeof(moved_field) == 2);

struct code_shape {
    uint32_t fixed;
    uint8_t first; ///< field
    uint8_t fields;
    form kind; ///< none: no code of this table
};

inline constexpr uint32_t CODE_FORMS = 32;
inline constexpr uint32_t CODE_FIELDS = 80;

struct code_table {
    code_shape shapes[CODE_FORMS];
    moved_field fields[CODE_FIELDS];
    uint32_t used;
};

template <class Code>
constexpr void add_code(code_table& table, abi::plane::form which, form kind) {
    code_shape& shape = table.shapes[static_cast<uint8_t>(which)];
    shape = {Code{0}.word(), static_cast<uint8_t>(table.used), 0, kind};
    for (uint32_t i = 0; i < Code::BITS;) {
        const auto place = [&shape](uint32_t bit) {
            return static_cast<uint32_t>(__builtin_ctz(Code{1u << bit}.word() ^ shape.fixed));
        };
        uint32_t width = 1;
        while (i + width < Code::BITS && place(i + width) == place(i) + width) {
            ++width;
        }
        table.fields[table.used++] = {static_cast<uint16_t>(i), static_cast<uint16_t>(place(i)),
                                      static_cast<uint16_t>(width)};
        ++shape.fields;
        i += width;
    }
}

constexpr code_table make_code_table() {
    namespace codes = abi::plane;
    code_table table{};
    add_code<codes::cp14_code>(table, codes::form::cp14, form::cp14);
    add_code<codes::ldm_return_code>(table, codes::form::ldm_return, form::block);
    add_code<codes::stm_user_code>(table, codes::form::stm_user, form::block);
    add_code<codes::ldm_user_code>(table, codes::form::ldm_user, form::block);
    add_code<codes::hint_code>(table, codes::form::hint, form::hint);
    add_code<codes::cp15_pair_code>(table, codes::form::cp15_pair, form::cp15_pair);
    add_code<codes::return_immediate_code>(table, codes::form::return_immediate,
                                           form::return_immediate);
    add_code<codes::return_register_code>(table, codes::form::return_register,
                                          form::return_register);
    add_code<codes::unprivileged_code>(table, codes::form::unprivileged, form::unprivileged);
    add_code<codes::strht_code>(table, codes::form::strht, form::unprivileged);
    add_code<codes::ldrht_code>(table, codes::form::ldrht, form::unprivileged);
    add_code<codes::ldrsbt_code>(table, codes::form::ldrsbt, form::unprivileged);
    add_code<codes::ldrsht_code>(table, codes::form::ldrsht, form::unprivileged);
    add_code<codes::srs_code>(table, codes::form::srs, form::srs);
    add_code<codes::rfe_code>(table, codes::form::rfe, form::rfe);
    add_code<codes::fp_status_code>(table, codes::form::fp_status, form::fp_status);
    add_code<codes::smc_code>(table, codes::form::smc, form::smc);
    add_code<codes::hvc_code>(table, codes::form::hvc, form::hvc);
    add_code<codes::setend_code>(table, codes::form::setend, form::setend);
    return table;
}

inline constexpr code_table CODES = make_code_table();

inline decoded decode_code(abi::plane::decoded code) {
    const code_shape& shape = CODES.shapes[static_cast<uint8_t>(code.what)];
    uint32_t word = shape.fixed;
    for (uint32_t i = shape.first; i < uint32_t{shape.first} + shape.fields; ++i) {
        const moved_field field = CODES.fields[i];
        word |= (code.payload >> field.from & ((1u << field.width) - 1)) << field.to;
    }
    return {shape.kind, word};
}

} // namespace paravane::arm::plane
