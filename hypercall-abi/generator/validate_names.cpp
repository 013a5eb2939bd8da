// SPDX-License-Identifier: BSD-2-Clause
// Follows emit_c_header.cpp, emit_plane_c.cpp and emit_cpp_header.cpp: whatever
// they define is entered here, and the second entry of a name is an error.
#include "generator/validate_names.hpp"

#include "generator/text.hpp"

#include <algorithm>

namespace paravane::abi_model {
namespace {

/// Words that a name may not be because a generated file uses names as they are.
constexpr std::string_view KEYWORDS[] = {
    "alignas",  "alignof",  "and",      "asm",     "auto",    "bool",      "break",     "case",
    "catch",    "char",     "class",    "concept", "const",   "consteval", "constexpr", "constinit",
    "continue", "decltype", "default",  "delete",  "do",      "double",    "else",      "enum",
    "explicit", "export",   "extern",   "false",   "float",   "for",       "friend",    "goto",
    "if",       "inline",   "int",      "long",    "mutable", "namespace", "new",       "noexcept",
    "not",      "nullptr",  "operator", "or",      "private", "protected", "public",    "register",
    "requires", "return",   "short",    "signed",  "sizeof",  "static",    "struct",    "switch",
    "template", "this",     "throw",    "true",    "try",     "typedef",   "typeid",    "typename",
    "typeof",   "union",    "unsigned", "using",   "virtual", "void",      "volatile",  "while",
    "xor",
};

class name_book {
public:
    explicit name_book(error_sink& errors) : errors_(errors) {}

    void enter(const std::string& name, const entry& owner) {
        const auto [first, fresh] = owners_.emplace(name, owner.name);
        if (!fresh) {
            errors_.error(owner.where("name"),
                          cat(owner.name, ": ", name, " is already made for ", first->second),
                          "READ_NAME_CLASH");
        }
    }

    void usable(const entry& e) {
        if (std::find(std::begin(KEYWORDS), std::end(KEYWORDS), e.name) != std::end(KEYWORDS)) {
            errors_.error(e.where("name"), "'" + e.name + "' is a keyword of C or C++",
                          "READ_NAME");
        }
    }

    template <typename Entries>
    void usable_all(const Entries& entries) {
        for (const auto& e : entries) {
            usable(e);
        }
    }

private:
    error_sink& errors_;
    std::map<std::string, std::string> owners_;
};

void enter_numbers(const description& d, name_book& macros) {
    for (const status& s : d.statuses) {
        macros.enter(c_name("status", s.name), s);
    }
    for (const feature& f : d.features) {
        for (const char* suffix : {"", "_WORD", "_MASK"}) {
            macros.enter(c_name("feature", f.name) + suffix, f);
        }
    }
    for (const enumeration& e : d.enums) {
        for (const enum_value& v : e.values) {
            macros.enter(c_name(e.name, v.name), v);
        }
    }
    for (const call& c : d.calls) {
        macros.enter(c_name("call", c.name), c);
    }
    for (const constant& c : d.constants) {
        macros.enter("PVN_" + upper(c.name), c);
    }
    for (const address_range& a : d.ranges) {
        macros.enter("PVN_" + upper(a.name), a);
        macros.enter("PVN_" + upper(a.name) + "_LAST", a);
    }
}

void enter_layouts(const description& d, name_book& macros) {
    for (const structure& s : d.structs) {
        macros.enter("PVN_SIZEOF_" + upper(s.name), s);
        for (const field& f : s.fields) {
            macros.enter(c_name(s.name, f.name), f);
        }
    }
    for (const code& c : d.codes) {
        const std::string name = c_name("code", c.name);
        macros.enter(name, c);
        macros.enter(name + "_BITS", c);
        for (const bit_field& f : c.fields) {
            for (const char* suffix : {"_SHIFT", "_WIDTH", "_FROM"}) {
                macros.enter(cat(name, "_", upper(f.name), suffix), f);
            }
        }
    }
}

/// Names that every generated file uses for itself.
void enter_fixed(name_book& macros) {
    entry fixed;
    fixed.name = "the header itself";
    for (const char* name :
         {"PVN_ABI_VERSION", "PVN_ABI_INC", "PVN_PLANE_INC", "PVN_PLANE_ARM_BASE",
          "PVN_PLANE_ARM_BITS", "PVN_SERVICE_SVC_ARM", "PVN_SERVICE_SVC_THUMB", "PVN_CALL_BASE",
          "PVN_PSCI_BASE", "PVN_NOTE_NAME", "PVN_NOTE_SECTION", "PVN_ESCAPE_SECTION", "PVN_STUB",
          "PVN_TEXT", "PVN_STATIC_ASSERT", "PVN_OFFSETOF", "PVN_TYPES_DEFINED"}) {
        macros.enter(name, fixed);
    }
}

/// Types share one namespace in C++.
void enter_types(const description& d, name_book& types) {
    entry fixed;
    fixed.name = "the header itself";
    for (const char* name : {"status", "feature", "guest_physical", "guest_virtual", "plane",
                             "detail", "is_valid", "dispatch"}) {
        types.enter(name, fixed);
    }
    for (const enumeration& e : d.enums) {
        types.enter(e.name, e);
    }
    for (const structure& s : d.structs) {
        types.enter(s.name, s);
    }
    for (const call& c : d.calls) {
        types.enter(c.name + "_call", c);
    }
}

} // namespace

void validate_names(const description& d, error_sink& errors) {
    name_book macros(errors);
    enter_fixed(macros);
    enter_numbers(d, macros);
    enter_layouts(d, macros);
    name_book types(errors);
    enter_types(d, types);
    macros.usable_all(d.statuses);
    macros.usable_all(d.features);
    macros.usable_all(d.enums);
    macros.usable_all(d.structs);
    macros.usable_all(d.codes);
    for (const enumeration& e : d.enums) {
        macros.usable_all(e.values);
    }
    for (const call& c : d.calls) {
        macros.usable_all(c.args);
        macros.usable_all(c.results);
    }
    for (const structure& s : d.structs) {
        macros.usable_all(s.fields);
    }
    for (const code& c : d.codes) {
        macros.usable_all(c.fields);
    }
}

} // namespace paravane::abi_model
