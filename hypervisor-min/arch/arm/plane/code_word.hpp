// SPDX-License-Identifier: BSD-2-Clause
// The rarer ARM codes by table instead of straight code: which form has a code, and
// where each bit of its payload goes, worked out at compile time from the generated
// word() and its ranges. code.cpp uses it and takes the hot codes straight.
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

/// The fields of a shape end where the next one's begin.
struct code_shape {
    uint32_t fixed;
    uint16_t granule : 11; ///< its first code, in 4 Ki
    uint16_t bits : 5;     ///< of its payload
    uint8_t first;         ///< field
    form kind;             ///< none: no instruction stands behind the code alone
};
static_assert(sizeof(code_shape) == 8);

/// Forms of ARM codes; none is the first.
inline constexpr uint32_t CODE_FORMS = static_cast<uint32_t>(abi::plane::form::thumb_cps);
inline constexpr uint32_t CODE_FIELDS = 55;

struct code_table {
    code_shape shapes[CODE_FORMS + 1];
    moved_field fields[CODE_FIELDS];
};

template <class Code>
constexpr void add_code(code_table& table, uint32_t& used, abi::plane::form which, form kind) {
    code_shape& shape = table.shapes[static_cast<uint8_t>(which)];
    shape.fixed = Code{0}.word();
    shape.kind = kind;
    for (uint32_t i = 0; i < Code::BITS;) {
        const auto place = [&shape](uint32_t bit) {
            return static_cast<uint32_t>(__builtin_ctz(Code{1u << bit}.word() ^ shape.fixed));
        };
        uint32_t width = 1;
        while (i + width < Code::BITS && place(i + width) == place(i) + width) {
            ++width;
        }
        table.fields[used++] = {static_cast<uint16_t>(i), static_cast<uint16_t>(place(i)),
                                static_cast<uint16_t>(width)};
        i += width;
    }
}

/// Fields come in the order of the forms; a form without fields begins where the next does.
constexpr code_table make_code_table() {
    namespace codes = abi::plane;
    code_table table{};
    uint32_t used = 0;
    uint32_t next = 0;
    const auto open_to = [&](uint32_t form) {
        for (; next <= form; ++next) {
            const codes::detail::extent range = codes::detail::EXTENT[next < CODE_FORMS ? next : 0];
            code_shape& shape = table.shapes[next];
            shape.granule = range.base >> 12 & 0x7ff;
            shape.bits = range.bits;
            shape.first = static_cast<uint8_t>(used);
        }
    };
    const auto add = [&]<class Code>(Code, codes::form which, form kind) {
        open_to(static_cast<uint32_t>(which));
        add_code<Code>(table, used, which, kind);
    };
    add(codes::cp14_code{}, codes::form::cp14, form::cp14);
    add(codes::ldm_return_code{}, codes::form::ldm_return, form::block);
    add(codes::stm_user_code{}, codes::form::stm_user, form::block);
    add(codes::ldm_user_code{}, codes::form::ldm_user, form::block);
    add(codes::hint_code{}, codes::form::hint, form::hint);
    add(codes::cp15_pair_code{}, codes::form::cp15_pair, form::cp15_pair);
    add(codes::return_immediate_code{}, codes::form::return_immediate, form::return_immediate);
    add(codes::unprivileged_code{}, codes::form::unprivileged, form::unprivileged);
    add(codes::strht_code{}, codes::form::strht, form::unprivileged);
    add(codes::ldrht_code{}, codes::form::ldrht, form::unprivileged);
    add(codes::ldrsbt_code{}, codes::form::ldrsbt, form::unprivileged);
    add(codes::ldrsht_code{}, codes::form::ldrsht, form::unprivileged);
    add(codes::srs_code{}, codes::form::srs, form::srs);
    add(codes::rfe_code{}, codes::form::rfe, form::rfe);
    add(codes::fp_status_code{}, codes::form::fp_status, form::fp_status);
    add(codes::smc_code{}, codes::form::smc, form::smc);
    add(codes::return_register_code{}, codes::form::return_register, form::return_register);
    add(codes::setend_code{}, codes::form::setend, form::setend);
    add(codes::hvc_code{}, codes::form::hvc, form::hvc);
    open_to(CODE_FORMS);
    return table;
}

inline constexpr code_table CODES = make_code_table();
static_assert(CODES.shapes[CODE_FORMS].first == CODE_FIELDS);

/// The form of a code, none where it is unassigned; `code` becomes its payload.
inline abi::plane::form form_of(uint32_t& code) {
    namespace codes = abi::plane;
    codes::form what = codes::detail::COARSE[code >> 16];
    if (const auto row = static_cast<uint8_t>(what); row >= codes::detail::MIXED) {
        what = codes::detail::FINE[row - codes::detail::MIXED][code >> 12 & 0xf];
    }
    const code_shape& shape = CODES.shapes[static_cast<uint8_t>(what)];
    code -= uint32_t{shape.granule} << 12;
    return code >> shape.bits == 0 ? what : codes::form::none;
}

/// The instruction behind a code: `payload` becomes its word.
inline form decode_code(abi::plane::form what, uint32_t& payload) {
    const code_shape* const shape = &CODES.shapes[static_cast<uint8_t>(what)];
    uint32_t word = shape->fixed;
    for (uint32_t i = shape->first; i < shape[1].first; ++i) {
        const moved_field field = CODES.fields[i];
        word |= (payload >> field.from & ((1u << field.width) - 1)) << field.to;
    }
    payload = word;
    return shape->kind;
}

} // namespace paravane::arm::plane
