// SPDX-License-Identifier: BSD-2-Clause
// abi.h: for guest kernels, C89 as GCC 3.4 to clang 19 take it. Numbers first,
// then structures, then the assertions that hold a compiler to them.
#include "generator/emit.hpp"
#include "generator/text.hpp"

namespace paravane::abi_model {
namespace {

constexpr std::string_view PROLOGUE = R"(#ifndef PARAVANE_ABI_H
#define PARAVANE_ABI_H

/*
 * A kernel that has fixed-width types of its own defines PVN_TYPES_DEFINED and
 * the five typedefs before it includes this file.
 */
#ifndef PVN_TYPES_DEFINED
#define PVN_TYPES_DEFINED
typedef unsigned char pvn_u8;
typedef unsigned short pvn_u16;
typedef unsigned int pvn_u32;
typedef signed int pvn_s32;
__extension__ typedef unsigned long long pvn_u64;
#endif

#if defined(__ARMEB__) || defined(__BIG_ENDIAN__)
#error "the Paravane ABI is little-endian"
#endif

#define PVN_CAT2(a, b) a##b
#define PVN_CAT(a, b) PVN_CAT2(a, b)
/* Refuses to compile unless the condition holds. */
#define PVN_STATIC_ASSERT(name, condition) \
    typedef char pvn_assert_##name[(condition) ? 1 : -1] __attribute__((__unused__))
#define PVN_OFFSETOF(type, member) __builtin_offsetof(type, member)

)";

std::string u32_text(uint32_t value) {
    return hex(value) + 'U';
}

std::string numbers(const description& d) {
    std::string out = "/* Version and calling convention. */\n";
    const version& v = d.abi.version;
    out += define("PVN_ABI_VERSION", u32_text(v.word()));
    out += define("PVN_ABI_VERSION_MAJOR", piece(v.major));
    out += define("PVN_ABI_VERSION_MINOR", piece(v.minor));
    out += define("PVN_ABI_VERSION_PATCH", piece(v.patch));
    out += define("PVN_ABI_VERSION_STRING", '"' + d.abi.version_text + '"');
    out += define("PVN_SERVICE_SVC_ARM", hex(d.convention.arm_immediate));
    out += define("PVN_SERVICE_SVC_THUMB", hex(d.convention.thumb_immediate));
    out += define("PVN_CALL_BASE", u32_text(d.convention.call_base));
    out += define("PVN_PSCI_BASE", u32_text(d.convention.psci_base));
    out += "\n/* Statuses. */\n";
    for (const status& s : d.statuses) {
        out += block_comment(s.doc) + define(c_name("status", s.name), signed_text(s.value));
    }
    out += "\n/* Features: bit number, word of the feature words, mask inside that word. */\n";
    for (const feature& f : d.features) {
        const std::string name = c_name("feature", f.name);
        out += block_comment(f.doc) + define(name, piece(f.bit));
        out += define(name + "_WORD", piece(f.bit / 32));
        out += define(name + "_MASK", u32_text(1U << (f.bit % 32)));
    }
    return out;
}

std::string enums(const description& d) {
    std::string out;
    for (const enumeration& e : d.enums) {
        out += '\n' + block_comment(cat(e.name, ": ", e.doc));
        for (const enum_value& v : e.values) {
            out += define(c_name(e.name, v.name), hex(v.value) + 'U');
        }
    }
    return out;
}

std::string calls_and_constants(const description& d) {
    std::string out = "\n/* Service calls: the number goes into r12. */\n";
    for (const call& c : d.calls) {
        out += block_comment(c.doc) + define(c_name("call", c.name), u32_text(c.id));
    }
    out += "\n/* Constants and the address map. */\n";
    for (const constant& c : d.constants) {
        out += block_comment(c.doc) + define(cat("PVN_", upper(c.name)), u32_text(c.value));
    }
    for (const address_range& a : d.ranges) {
        const std::string name = cat("PVN_", upper(a.name));
        out += block_comment(a.doc) + define(name, u32_text(a.first));
        out += define(name + "_LAST", u32_text(a.last));
    }
    out += '\n' + block_comment(d.note.doc);
    out += define("PVN_NOTE_NAME", '"' + d.note.name + '"');
    out += define("PVN_NOTE_SECTION", '"' + d.note.section + '"');
    out += define("PVN_ESCAPE_SECTION", '"' + d.note.escape_section + '"');
    return out;
}

std::string c_type(const std::string& element) {
    const bool scalar = element == "u8" || element == "u16" || element == "u32" || element == "u64";
    return (scalar ? "pvn_" : "struct pvn_") + element;
}

std::string structure_text(const structure& s) {
    std::string out = '\n' + block_comment(s.doc) + cat("struct pvn_", s.name, " {\n");
    for (const field& f : s.fields) {
        out += block_comment(cat(f.doc, " Writer: ", f.writer, "."), "    ");
        out += cat("    ", c_type(f.type.element), " ", f.name,
                   f.type.count ? cat("[", *f.type.count, "]") : "", ";\n");
    }
    return out + cat("} __attribute__((__aligned__(", s.align, ")));\n\n");
}

std::string layout_constants(const structure& s) {
    std::string out = define(cat("PVN_SIZEOF_", upper(s.name)), piece(s.size));
    for (const field& f : s.fields) {
        out += define(c_name(s.name, f.name), hex(f.offset, 3));
    }
    return out + '\n';
}

std::string assertions(const structure& s) {
    const std::string type = "struct pvn_" + s.name;
    std::string out =
        cat("PVN_STATIC_ASSERT(sizeof_", s.name, ", sizeof(", type, ") == ", s.size, ");\n",
            "PVN_STATIC_ASSERT(alignof_", s.name, ", __alignof__(", type, ") == ", s.align, ");\n");
    for (const field& f : s.fields) {
        out += cat("PVN_STATIC_ASSERT(offset_", s.name, "__", f.name, ", PVN_OFFSETOF(", type, ", ",
                   f.name, ") == ", f.offset, ");\n");
        out += cat("PVN_STATIC_ASSERT(width_", s.name, "__", f.name, ", sizeof(((", type, " *)0)->",
                   f.name, ") == sizeof(", c_type(f.type.element), ") * ", f.type.count.value_or(1),
                   ");\n");
    }
    return out;
}

} // namespace

std::string emit_c_header(const description& d) {
    std::string out = cat("/* SPDX-License-Identifier: ", DUAL_LICENSE, " */\n",
                          block_comment(cat("Paravane ABI ", d.abi.version_text,
                                            ", for guest kernels in C89. Generated from "
                                            "paravane.toml: do not edit.")),
                          PROLOGUE);
    out += numbers(d) + enums(d) + calls_and_constants(d);
    for (const structure& s : d.structs) {
        out += structure_text(s) + layout_constants(s) + assertions(s);
    }
    out += "\nPVN_STATIC_ASSERT(u8_width, sizeof(pvn_u8) == 1);\n"
           "PVN_STATIC_ASSERT(u16_width, sizeof(pvn_u16) == 2);\n"
           "PVN_STATIC_ASSERT(u32_width, sizeof(pvn_u32) == 4);\n"
           "PVN_STATIC_ASSERT(s32_width, sizeof(pvn_s32) == 4);\n"
           "PVN_STATIC_ASSERT(u64_width, sizeof(pvn_u64) == 8);\n"
           "\n#endif\n";
    return out;
}

} // namespace paravane::abi_model
