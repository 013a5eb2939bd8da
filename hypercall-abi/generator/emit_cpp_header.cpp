// SPDX-License-Identifier: BSD-2-Clause
// abi.hpp: the contract for C++20, hosted or freestanding. emit_cpp_calls.cpp
// prints the part about calls.
#include "generator/emit_cpp.hpp"
#include "generator/text.hpp"

namespace paravane::abi_model {
namespace {

constexpr std::string_view PROLOGUE = R"(#pragma once

#include <stddef.h>
#include <stdint.h>

namespace paravane::abi {

/// Guest addresses are integers: only copy-in and copy-out turn them into data.
struct guest_physical {
    uint64_t value = 0;
    constexpr bool operator==(const guest_physical&) const = default;
};
struct guest_virtual {
    uint32_t value = 0;
    constexpr bool operator==(const guest_virtual&) const = default;
};

)";

std::string constant_line(std::string_view name, std::string_view value) {
    return cat("inline constexpr uint32_t ", name, " = ", value, ";\n");
}

std::string numbers(const description& d) {
    std::string out = constant_line("VERSION", hex(d.abi.version.word()));
    out += constant_line("VERSION_MAJOR", piece(d.abi.version.major));
    out += constant_line("VERSION_MINOR", piece(d.abi.version.minor));
    out += constant_line("VERSION_PATCH", piece(d.abi.version.patch));
    out += cat("inline constexpr char VERSION_STRING[] = \"", d.abi.version_text, "\";\n");
    out += constant_line("SERVICE_SVC_ARM", hex(d.convention.arm_immediate));
    out += constant_line("SERVICE_SVC_THUMB", hex(d.convention.thumb_immediate));
    out += constant_line("CALL_BASE", hex(d.convention.call_base));
    out += constant_line("PSCI_BASE", hex(d.convention.psci_base));
    out += cat("inline constexpr char NOTE_NAME[] = \"", d.note.name, "\";\n");
    out += cat("inline constexpr char NOTE_SECTION[] = \"", d.note.section, "\";\n");
    out += cat("inline constexpr char ESCAPE_SECTION[] = \"", d.note.escape_section, "\";\n");
    for (const constant& c : d.constants) {
        out += doc_comment(c.doc) + constant_line(upper(c.name), hex(c.value));
    }
    for (const address_range& a : d.ranges) {
        out += doc_comment(a.doc) + constant_line(upper(a.name), hex(a.first));
        out += constant_line(upper(a.name) + "_LAST", hex(a.last));
    }
    return out + '\n';
}

/// The UID as four words, byte 0 of the UUID in bits 7-0 of the first.
std::string uid_words(const std::string& uid) {
    std::string digits;
    for (const char c : uid) {
        if (c != '-') {
            digits += c;
        }
    }
    std::string out = "inline constexpr uint32_t UID[4] = {";
    for (size_t word = 0; word < 4; ++word) {
        std::string text = "0x";
        for (size_t byte = 4; byte-- > 0;) {
            text += digits.substr(word * 8 + byte * 2, 2);
        }
        out += (word == 0 ? "" : ", ") + text;
    }
    return "/// Answer of the uid call.\n" + out + "};\n\n";
}

std::string statuses(const description& d) {
    std::string out = "/// First result of a call.\nenum class status : int32_t {\n";
    for (const status& s : d.statuses) {
        out += doc_comment(s.doc, "    ") + cat("    ", s.name, " = ", s.value, ",\n");
    }
    out += "};\n\n/// Bit numbers in the feature words.\nenum class feature : uint32_t {\n";
    for (const feature& f : d.features) {
        out += doc_comment(f.doc, "    ") + cat("    ", f.name, " = ", f.bit, ",\n");
    }
    return out + "};\n\n"
                 "/// Index of the word that holds a feature, and its mask in there.\n"
                 "constexpr uint32_t feature_word(feature f) {\n"
                 "    return static_cast<uint32_t>(f) / 32;\n}\n"
                 "constexpr uint32_t feature_mask(feature f) {\n"
                 "    return uint32_t{1} << (static_cast<uint32_t>(f) % 32);\n}\n\n";
}

std::string enum_text(const enumeration& e) {
    std::string out = doc_comment(e.doc) + cat("enum class ", e.name, " : uint32_t {\n");
    std::string cases;
    for (const enum_value& v : e.values) {
        out += doc_comment(v.doc, "    ") + cat("    ", v.name, " = ", v.value, ",\n");
        cases += cat("    case ", e.name, "::", v.name, ":\n");
    }
    return out + cat("};\n\n/// Whether a number that came from outside names a ", e.name,
                     ".\nconstexpr bool is_valid(", e.name, " value) {\n    switch (value) {\n",
                     cases, "        return true;\n    }\n    return false;\n}\n\n");
}

std::string cpp_type(const std::string& element) {
    const bool scalar = element == "u8" || element == "u16" || element == "u32" || element == "u64";
    return scalar ? cat("uint", element.substr(1), "_t") : "abi::" + element;
}

std::string structure_text(const structure& s) {
    std::string out = doc_comment(s.doc) + cat("struct alignas(", s.align, ") ", s.name, " {\n");
    for (const field& f : s.fields) {
        out += doc_comment(cat(f.doc, " Writer: ", f.writer, "."), "    ");
        out += cat("    ", cpp_type(f.type.element), " ", f.name,
                   f.type.count ? cat("[", *f.type.count, "]") : "", ";\n");
    }
    out += cat("};\nstatic_assert(sizeof(", s.name, ") == ", s.size, ");\nstatic_assert(alignof(",
               s.name, ") == ", s.align, ");\n");
    for (const field& f : s.fields) {
        out +=
            cat("static_assert(offsetof(", s.name, ", ", f.name, ") == ", hex(f.offset, 3), ");\n");
        out += cat("static_assert(sizeof(", s.name, "::", f.name, ") == sizeof(",
                   cpp_type(f.type.element), ") * ", f.type.count.value_or(1), ");\n");
    }
    return out + '\n';
}

} // namespace

std::string cpp_banner(const description& d, std::string_view what) {
    return cat("// SPDX-License-Identifier: ", OWN_LICENSE, "\n// Paravane ABI ",
               d.abi.version_text, ", ", what,
               ".\n// Generated from paravane.toml: do not edit.\n");
}

std::string emit_cpp_header(const description& d) {
    std::string out = cpp_banner(d, "for C++20, hosted or freestanding") + std::string(PROLOGUE);
    out += numbers(d) + uid_words(d.abi.uid) + statuses(d);
    for (const enumeration& e : d.enums) {
        out += enum_text(e);
    }
    for (const structure& s : d.structs) {
        out += structure_text(s);
    }
    for (const call& c : d.calls) {
        out += cpp_call(c);
    }
    return out + "} // namespace paravane::abi\n";
}

} // namespace paravane::abi_model
