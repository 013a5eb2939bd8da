// SPDX-License-Identifier: BSD-2-Clause
// plane.hpp: both directions between a sensitive instruction and its code, as
// straight constexpr code, one struct per form with typed accessors.
#include "generator/emit_cpp.hpp"
#include "generator/text.hpp"

namespace paravane::abi_model {
namespace {

constexpr std::string_view PROLOGUE = R"(#pragma once

#include <stdint.h>

namespace paravane::abi::plane {

enum class isa : uint8_t { arm, thumb16, thumb32 };

/// A number, or none.
struct maybe {
    bool valid = false;
    uint32_t value = 0;
    constexpr explicit operator bool() const { return valid; }
};

)";

constexpr std::string_view THUMB32 = R"(
/// UDF.W #imm16 as one word, first halfword above (ARM ARM A8.8.247, T2).
constexpr uint32_t udf_w(uint32_t imm16) {
    return 0xf7f0a000U | (imm16 >> 12 & 0xfU) << 16 | (imm16 & 0xfffU);
}

/// The immediate of a UDF.W, none if the word is something else.
constexpr maybe udf_w_immediate(uint32_t word) {
    if ((word & 0xfff0f000U) != 0xf7f0a000U) {
        return {};
    }
    return {true, (word >> 16 & 0xfU) << 12 | (word & 0xfffU)};
}
)";

uint32_t low_bits(uint32_t width) {
    return width >= 32 ? 0xffffffffU : (1U << width) - 1;
}

std::string u(uint32_t value) {
    return hex(value) + 'U';
}

/// `(x >> from & mask) << to`, without shifts by zero.
std::string move(std::string_view variable, uint32_t from, uint32_t width, uint32_t to) {
    std::string out = from == 0 ? std::string(variable) : cat(variable, " >> ", from);
    out = cat("(", out, " & ", u(low_bits(width)), ")");
    return to == 0 ? out : cat(out, " << ", to);
}

/// Free condition fields decode as AL; unconditional instructions carry 0xf in their value.
uint32_t fixed_bits(const code& c) {
    const bool free_condition = c.isa == isa::arm && (c.match->mask >> 28) == 0;
    return c.match->value | (free_condition ? 0xe0000000U : 0);
}

std::string word_function(const code& c) {
    std::string out = "    /// The instruction that the code stands for, condition AL.\n"
                      "    constexpr uint32_t word() const {\n        return ";
    out += u(fixed_bits(c));
    for (const bit_field& f : c.fields) {
        out += " |\n               " + move("payload", f.to, f.width, f.from);
    }
    return out + ";\n    }\n";
}

std::string form_struct(const code& c) {
    std::string out = doc_comment(c.doc) + cat("struct ", c.name, "_code {\n");
    out += cat("    static constexpr uint32_t BASE = ", u(c.base),
               ";\n    static constexpr uint32_t BITS = ", c.bits,
               ";\n\n    uint32_t payload = 0;\n\n");
    for (const bit_field& f : c.fields) {
        out += cat("    constexpr uint32_t ", f.name, "() const { return ",
                   move("payload", f.to, f.width, 0), "; }\n");
    }
    if (c.match) {
        out += word_function(c);
    }
    return out + "};\n\n";
}

std::string form_enum(const description& d) {
    std::string out = "/// The kind of instruction that a code stands for.\nenum class form : "
                      "uint8_t {\n    none,\n";
    for (const code& c : d.codes) {
        out += doc_comment(c.doc, "    ") + cat("    ", c.name, ",\n");
    }
    return out + "};\n\n/// A code, taken apart: `payload` goes into the struct of the form.\n"
                 "struct decoded {\n    form what = form::none;\n    uint32_t payload = 0;\n"
                 "    constexpr explicit operator bool() const { return what != form::none; }\n"
                 "};\n\n";
}

/// Which form owns each unit of 1 << shift codes: an index into codes plus one, 0 for none.
std::string granules(const description& d, uint32_t first, uint32_t count, uint32_t shift) {
    std::string out;
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t code_at = first + (i << shift);
        std::string owner = "form::none";
        for (const code& c : d.codes) {
            if (c.isa == isa::arm && c.base <= code_at && code_at <= c.base + low_bits(c.bits)) {
                owner = "form::" + c.name;
            }
        }
        out += cat(i == 0 ? "" : ", ", owner);
    }
    return out;
}

/// A 64 Ki unit needs a finer table when codes inside it belong to more than one form.
bool is_mixed(const description& d, uint32_t unit) {
    for (const code& c : d.codes) {
        if (c.isa == isa::arm && c.base >> 16 == unit && c.bits < 16) {
            return true;
        }
    }
    return false;
}

std::string tables(const description& d) {
    const uint32_t units = 1U << (d.plane.arm_bits - 16);
    std::string coarse;
    std::string fine;
    uint32_t mixed = 0;
    for (uint32_t unit = 0; unit < units; ++unit) {
        if (is_mixed(d, unit)) {
            coarse += cat("    static_cast<form>(MIXED + ", mixed++, "),\n");
            fine += cat("    {", granules(d, unit << 16, 16, 12), "},\n");
        } else {
            coarse += cat("    ", granules(d, unit << 16, 1, 16), ",\n");
        }
    }
    return cat("namespace detail {\n\n/// Owners of 64 Ki codes each; from MIXED on, rows of "
               "FINE.\ninline constexpr uint8_t MIXED = 0x80;\ninline constexpr form COARSE[] = "
               "{\n",
               coarse, "};\n/// Owners of 4 Ki codes each.\ninline constexpr form FINE[][16] = {\n",
               fine,
               "};\n\n/// First code and payload bits by form.\nstruct extent {\n    uint32_t "
               "base;\n    uint8_t bits;\n};\ninline constexpr extent EXTENT[] = {\n    {0, 0},\n");
}

std::string extents(const description& d) {
    std::string out;
    for (const code& c : d.codes) {
        out += cat("    {", u(c.base), ", ", c.bits, "},\n");
    }
    return out + "};\n\n} // namespace detail\n\n";
}

std::string instruction_switch(const description& d) {
    std::string out = "/// The instruction that a code stands for (condition AL); none for "
                      "escapes.\nconstexpr maybe instruction(decoded code) {\n    switch "
                      "(code.what) {\n";
    for (const code& c : d.codes) {
        if (c.match) {
            out += cat("    case form::", c.name, ":\n        return {true, ", c.name,
                       "_code{code.payload}.word()};\n");
        }
    }
    return out + "    default:\n        return {};\n    }\n}\n\n";
}

/// Codes that a reject pattern makes meaningless.
std::string rejects(const description& d) {
    std::string out;
    for (const code& c : d.codes) {
        if (c.match && c.reject) {
            out += cat("    if (what == form::", c.name, " && (", c.name,
                       "_code{payload}.word() & ", u(c.reject->mask), ") == ", u(c.reject->value),
                       ") {\n        return {};\n    }\n");
        }
    }
    return out;
}

std::string decode_arm(const description& d) {
    const uint32_t last = low_bits(d.plane.arm_bits);
    return cat("/// Takes apart an SVC immediate; none outside of the plane or for an unassigned "
               "code.\nconstexpr decoded decode_arm(uint32_t imm24) {\n    const uint32_t code = "
               "imm24 - ARM_BASE;\n    if (code > ",
               u(last),
               ") {\n        return {};\n    }\n"
               "    form what = detail::COARSE[code >> 16];\n"
               "    const auto row = static_cast<uint8_t>(what);\n"
               "    if (row >= detail::MIXED) {\n"
               "        what = detail::FINE[row - detail::MIXED][code >> 12 & 0xfU];\n    }\n"
               "    const detail::extent extent = detail::EXTENT[static_cast<uint8_t>(what)];\n"
               "    const uint32_t payload = code - extent.base;\n"
               "    if (what == form::none || payload >> extent.bits != 0) {\n"
               "        return {};\n    }\n",
               rejects(d), "    return {what, payload};\n}\n\n");
}

std::string encode(const description& d, isa which, std::string_view argument) {
    std::string out = cat("/// The ", which == isa::arm ? "SVC immediate" : "halfword",
                          " that stands for an instruction; none if it has no direct code.\n"
                          "constexpr maybe encode_",
                          name_of(which), "(uint32_t ", argument, ") {\n");
    if (which == isa::arm) {
        out += "    const bool unconditional = word >> 28 == 0xfU;\n";
    }
    for (const code& c : d.codes) {
        if (c.isa != which || !c.match) {
            continue;
        }
        const bool free_condition = which == isa::arm && (c.match->mask >> 28) == 0;
        out += cat("    if (", free_condition ? "!unconditional && " : "", "(", argument, " & ",
                   u(c.match->mask), ") == ", u(c.match->value));
        if (c.reject) {
            out += cat(" &&\n        (", argument, " & ", u(c.reject->mask),
                       ") != ", u(c.reject->value));
        }
        const uint32_t base = (which == isa::arm ? d.plane.arm_base : 0) + c.base;
        out += cat(") {\n        return {true, ", u(base));
        for (const bit_field& f : c.fields) {
            out += " |\n                          " + move(argument, f.from, f.width, f.to);
        }
        out += "};\n    }\n";
    }
    return out + "    return {};\n}\n\n";
}

std::string decode_thumb(const description& d, isa which, std::string_view argument) {
    std::string out = cat("/// Takes apart a ",
                          which == isa::thumb16 ? "halfword of the UDF space" : "UDF.W immediate",
                          "; none if it is not the plane's.\nconstexpr decoded decode_",
                          name_of(which), "(uint32_t ", argument, ") {\n");
    for (const code& c : d.codes) {
        if (c.isa == which) {
            out += cat("    if (", argument, " >> ", c.bits, " == ", u(c.base >> c.bits),
                       ") {\n        return {form::", c.name, ", ", argument, " & ",
                       u(low_bits(c.bits)), "};\n    }\n");
        }
    }
    return out + "    return {};\n}\n\n";
}

} // namespace

std::string emit_plane_cpp(const description& d) {
    std::string out = cpp_banner(d, "the instruction plane") + std::string(PROLOGUE);
    out += cat("/// SVC immediates from here on are codes.\ninline constexpr uint32_t ARM_BASE = ",
               u(d.plane.arm_base), ";\ninline constexpr uint32_t ARM_BITS = ", d.plane.arm_bits,
               ";\n\n");
    out += form_enum(d);
    for (const code& c : d.codes) {
        out += form_struct(c);
    }
    out += tables(d) + extents(d) + decode_arm(d) + decode_thumb(d, isa::thumb16, "half") +
           decode_thumb(d, isa::thumb32, "imm16") + instruction_switch(d) +
           encode(d, isa::arm, "word") + encode(d, isa::thumb16, "half");
    return out + std::string(THUMB32) + "\n} // namespace paravane::abi::plane\n";
}

} // namespace paravane::abi_model
