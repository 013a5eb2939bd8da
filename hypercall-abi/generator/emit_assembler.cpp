// SPDX-License-Identifier: BSD-2-Clause
// abi.inc: the numbers as .equ, so that .s and .S files of GNU as and clang can
// include it.
#include "generator/emit.hpp"
#include "generator/text.hpp"

namespace paravane::abi_model {
namespace {

std::string numbers(const description& d) {
    std::string out = equ("PVN_ABI_VERSION", hex(d.abi.version.word()));
    out += equ("PVN_SERVICE_SVC_ARM", hex(d.convention.arm_immediate));
    out += equ("PVN_SERVICE_SVC_THUMB", hex(d.convention.thumb_immediate));
    out += equ("PVN_CALL_BASE", hex(d.convention.call_base));
    out += equ("PVN_PSCI_BASE", hex(d.convention.psci_base));
    for (const status& s : d.statuses) {
        out += equ(c_name("status", s.name), piece(s.value));
    }
    for (const feature& f : d.features) {
        const std::string name = c_name("feature", f.name);
        out += equ(name, piece(f.bit)) + equ(name + "_WORD", piece(f.bit / 32)) +
               equ(name + "_MASK", hex(1U << (f.bit % 32)));
    }
    for (const enumeration& e : d.enums) {
        for (const enum_value& v : e.values) {
            out += equ(c_name(e.name, v.name), hex(v.value));
        }
    }
    for (const call& c : d.calls) {
        out += equ(c_name("call", c.name), hex(c.id));
    }
    for (const constant& c : d.constants) {
        out += equ("PVN_" + upper(c.name), hex(c.value));
    }
    for (const address_range& a : d.ranges) {
        out += equ("PVN_" + upper(a.name), hex(a.first));
        out += equ("PVN_" + upper(a.name) + "_LAST", hex(a.last));
    }
    return out;
}

std::string layouts(const description& d) {
    std::string out;
    for (const structure& s : d.structs) {
        out += cat("\n/* struct ", s.name, " */\n");
        out += equ("PVN_SIZEOF_" + upper(s.name), piece(s.size));
        for (const field& f : s.fields) {
            out += equ(c_name(s.name, f.name), hex(f.offset, 3));
        }
    }
    return out;
}

} // namespace

std::string emit_assembler(const description& d) {
    return cat("/* SPDX-License-Identifier: ", DUAL_LICENSE, " */\n",
               block_comment(cat("Paravane ABI ", d.abi.version_text,
                                 ", numbers and offsets for GNU as and clang. Generated from "
                                 "paravane.toml: do not edit.")),
               ".ifndef PVN_ABI_INC\n.equ PVN_ABI_INC, 1\n\n", numbers(d), layouts(d),
               "\n.endif\n");
}

} // namespace paravane::abi_model
