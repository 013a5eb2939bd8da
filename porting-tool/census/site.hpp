// SPDX-License-Identifier: BSD-2-Clause
// What the two halves of pvport hand to each other: object_site is what the
// census finds in a binary (truth), source_site what the rewriter says about a
// source line (accounting). account.hpp joins them; report/ prints the result.
#pragma once

#include "kind.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace paravane::port {

/// What becomes of a site. `unmentioned` is a bug of the tool or of the rules.
enum class disposition : uint8_t {
    unmentioned,
    rewritten,
    trap,
    harmless,
    by_hand,
};

/// The level at which a site is handled; `none` for harmless and by-hand sites.
enum class port_level : int8_t { none = -1, trap = 0, inlined = 1, hook = 2 };

/// Where a source says something: 1-based line, 0 when unknown.
struct source_place {
    std::string file;
    unsigned line = 0;
    bool operator==(const source_place&) const = default;
};

/// One sensitive instruction in a binary.
struct object_site {
    std::string object; ///< path of the ELF file
    std::string unit;   ///< main source file of the object, when known
    std::string section;
    std::string function; ///< nearest symbol at or below, empty when there is none
    source_place place;   ///< from DWARF, when there is any
    uint64_t address = 0; ///< virtual address; offset into the section in an ET_REL file
    uint64_t function_offset = 0;
    uint32_t encoding = 0; ///< Thumb: first halfword in the upper half when size is 4
    uint8_t size = 4;
    isa set = isa::arm;
    kind what = kind::none;
    sensitivity cls = sensitivity::none;
    std::string reason; ///< why it is in its class
    std::string text;   ///< disassembly

    disposition fate = disposition::unmentioned;
    port_level level = port_level::none;
    std::string rule; ///< id of the rule that handles it
    std::string edit; ///< unified diff of the edit that handles it, when there is one
};

/// One sensitive statement of a source, as the rewriter accounts for it.
/// A site that no decoder sees (a mode constant, a GIC mask, a device address)
/// has no identities and is reported as it stands.
struct source_site {
    source_place place;     ///< where the text to edit stands (the macro's definition)
    source_place expansion; ///< where the compiler puts the line, when that is elsewhere
    std::string unit;       ///< main source file in which it was seen; empty: any
    bool assembly = false;  ///< of a .S file or a header as the assembler reads it
    std::string function;
    std::string macro;
    std::string text;
    /// identity_of() of each instruction that the statement makes.
    std::vector<uint32_t> identities;
    /// Kinds that it may also turn out to be, since operands are filled in elsewhere.
    std::vector<kind> open;
    sensitivity cls = sensitivity::none;
    std::string category; ///< "cpu", "mode-constant", "gic-mask", "device-address", …
    disposition fate = disposition::unmentioned;
    port_level level = port_level::none;
    std::string rule;
    std::string reason;
    std::string edit;
};

/// What the build says that an object was made from.
struct object_origin {
    std::string file;               ///< main source file
    std::vector<std::string> reads; ///< every file that it read, sorted
};

struct report {
    std::string tree;          ///< root that relative paths hang off
    std::string configuration; ///< what tells two reports of one tree apart
    std::vector<object_site> objects;
    std::vector<source_site> sources;
    std::map<std::string, object_origin> origins; ///< by canonical path of the object, when known
    std::vector<std::string> notes; ///< one line each: what was skipped or dropped, and why
    unsigned objects_read = 0;
    uint64_t instructions = 0;
};

std::string_view name_of(disposition d);
std::optional<disposition> disposition_of(std::string_view name);

} // namespace paravane::port
