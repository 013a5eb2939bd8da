// SPDX-License-Identifier: BSD-2-Clause
// plane.h and plane.inc: where each code starts and where its fields lie, for
// macros that assemble codes.
#include "generator/emit.hpp"
#include "generator/text.hpp"

namespace paravane::abi_model {
namespace {

using line_function = std::string (*)(std::string_view, std::string_view);

/// ARM bases are whole SVC immediates, Thumb bases what the description says.
std::string constants(const description& d, line_function line) {
    std::string out = line("PVN_PLANE_ARM_BASE", hex(d.plane.arm_base));
    out += line("PVN_PLANE_ARM_BITS", piece(d.plane.arm_bits)) + '\n';
    for (const code& c : d.codes) {
        const std::string name = c_name("code", c.name);
        out += block_comment(c.doc);
        out += line(name, hex(c.base + (c.isa == isa::arm ? d.plane.arm_base : 0)));
        out += line(name + "_BITS", piece(c.bits));
        for (const bit_field& f : c.fields) {
            const std::string field = cat(name, "_", upper(f.name));
            out += line(field + "_SHIFT", piece(f.to)) + line(field + "_WIDTH", piece(f.width));
            if (c.match) {
                out += line(field + "_FROM", piece(f.from));
            }
        }
    }
    return out;
}

std::string banner(const description& d) {
    return cat("/* SPDX-License-Identifier: ", DUAL_LICENSE, " */\n",
               block_comment(cat("Paravane ABI ", d.abi.version_text,
                                 ", the instruction plane: NAME is the first code, _SHIFT and "
                                 "_WIDTH place a field in the code, _FROM in the instruction. "
                                 "Generated from paravane.toml: do not edit.")));
}

} // namespace

std::string emit_plane_c(const description& d) {
    return cat(banner(d), "#ifndef PARAVANE_PLANE_H\n#define PARAVANE_PLANE_H\n\n",
               constants(d, define), "\n#endif\n");
}

std::string emit_plane_assembler(const description& d) {
    return cat(banner(d), ".ifndef PVN_PLANE_INC\n.equ PVN_PLANE_INC, 1\n\n", constants(d, equ),
               "\n.endif\n");
}

} // namespace paravane::abi_model
