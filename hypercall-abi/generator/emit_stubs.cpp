// SPDX-License-Identifier: BSD-2-Clause
// stubs.h: one inline function per service call for guest kernels, ARM and
// Thumb, GCC and clang. The call keeps every register that is not a result.
#include "generator/emit.hpp"
#include "generator/text.hpp"

namespace paravane::abi_model {
namespace {

constexpr std::string_view PROLOGUE = R"(#ifndef PARAVANE_STUBS_H
#define PARAVANE_STUBS_H

#include "abi.h"

#define PVN_TEXT2(a) #a
#define PVN_TEXT(a) PVN_TEXT2(a)

/* swi, not svc: binutils before 2.17 know no other name. */
#if defined(__thumb__)
#define PVN_SERVICE_TEXT "swi #" PVN_TEXT(PVN_SERVICE_SVC_THUMB)
#else
#define PVN_SERVICE_TEXT "swi #" PVN_TEXT(PVN_SERVICE_SVC_ARM)
#endif

#define PVN_STUB static __inline__ __attribute__((__unused__))

)";

std::string c_value_type(const value_type& type) {
    switch (type.kind) {
    case scalar::u64:
    case scalar::gpa:
        return "pvn_u64";
    case scalar::s32:
    case scalar::status:
        return "pvn_s32";
    default:
        return "pvn_u32";
    }
}

bool returns_first(const call& c) {
    return !c.results.empty() && c.results.front().reg == 0 &&
           c.results.front().type.registers() == 1 &&
           (c.results.size() == 1 || c.results.front().type.kind == scalar::status);
}

std::string signature(const call& c) {
    std::string parameters;
    const auto add = [&](const std::string& text) {
        parameters += (parameters.empty() ? "" : ", ") + text;
    };
    for (const operand& a : c.args) {
        add(cat(c_value_type(a.type), " ", a.name));
    }
    for (size_t i = returns_first(c) ? 1 : 0; i < c.results.size(); ++i) {
        add(cat(c_value_type(c.results[i].type), " *", c.results[i].name));
    }
    const std::string returned =
        returns_first(c) ? c_value_type(c.results.front().type) : std::string("void");
    return cat("PVN_STUB ", c.noreturn ? "__attribute__((__noreturn__)) " : "", returned, " pvn_",
               c.name, "(", parameters.empty() ? "void" : parameters, ")\n");
}

/// Which of r0-r3 carry arguments and results.
uint32_t register_set(const std::vector<operand>& operands) {
    uint32_t set = 0;
    for (const operand& o : operands) {
        set |= ((1U << o.type.registers()) - 1) << o.reg;
    }
    return set;
}

std::string argument_values(const call& c) {
    std::string out;
    for (const operand& a : c.args) {
        if (a.type.registers() == 2) {
            out += cat("    pvn_r", a.reg, " = (pvn_u32)", a.name, ";\n", "    pvn_r", a.reg + 1,
                       " = (pvn_u32)(", a.name, " >> 32);\n");
        } else {
            out += cat("    pvn_r", a.reg, " = (pvn_u32)", a.name, ";\n");
        }
    }
    return out;
}

std::string asm_statement(uint32_t in, uint32_t results) {
    std::string outputs;
    std::string inputs;
    for (uint32_t r = 0; r < 4; ++r) {
        const std::string text = cat("(pvn_r", r, ")");
        if ((results >> r & 1) != 0) {
            const bool both = (in >> r & 1) != 0;
            outputs += cat(outputs.empty() ? "" : ", ", both ? "\"+r\"" : "\"=r\"", text);
        } else if ((in >> r & 1) != 0) {
            inputs += cat("\"r\"", text, ", ");
        }
    }
    return cat("    __asm__ __volatile__(PVN_SERVICE_TEXT\n                         : ", outputs,
               "\n                         : ", inputs, "\"r\"(pvn_number)\n",
               "                         : \"memory\");\n");
}

std::string result_values(const call& c) {
    std::string out;
    for (size_t i = returns_first(c) ? 1 : 0; i < c.results.size(); ++i) {
        const operand& r = c.results[i];
        out += r.type.registers() == 2
                   ? cat("    *", r.name, " = (pvn_u64)pvn_r", r.reg + 1, " << 32 | pvn_r", r.reg,
                         ";\n")
                   : cat("    *", r.name, " = (", c_value_type(r.type), ")pvn_r", r.reg, ";\n");
    }
    if (returns_first(c)) {
        out += cat("    return (", c_value_type(c.results.front().type), ")pvn_r0;\n");
    }
    return out;
}

std::string stub(const call& c) {
    const uint32_t in = register_set(c.args);
    const uint32_t results = register_set(c.results);
    std::string out = block_comment(c.doc) + signature(c) + "{\n";
    out +=
        cat("    register pvn_u32 pvn_number __asm__(\"r12\") = ", c_name("call", c.name), ";\n");
    for (uint32_t r = 0; r < 4; ++r) {
        if (((in | results) >> r & 1) != 0) {
            out += cat("    register pvn_u32 pvn_r", r, " __asm__(\"r", r, "\");\n");
        }
    }
    out += '\n' + argument_values(c) + asm_statement(in, results);
    out += c.noreturn ? "    for (;;)\n        ;\n" : result_values(c);
    return out + "}\n\n";
}

} // namespace

std::string emit_stubs(const description& d) {
    std::string out = cat("/* SPDX-License-Identifier: ", DUAL_LICENSE, " */\n",
                          block_comment(cat("Service calls of Paravane ABI ", d.abi.version_text,
                                            " as inline functions. Generated from "
                                            "paravane.toml: do not edit.")),
                          PROLOGUE);
    for (const call& c : d.calls) {
        out += stub(c);
    }
    return out + "#endif\n";
}

} // namespace paravane::abi_model
