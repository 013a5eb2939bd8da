// SPDX-License-Identifier: BSD-2-Clause
// The description in memory: one type per kind of entry in paravane.toml. Filled
// by read.hpp, checked by validate.hpp, printed by emit.hpp, compared by
// compare.hpp.
#pragma once

#include "toolkit/diagnostic.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paravane::abi_model {

using toolkit::position;

/// What every entry has: name, first version, documentation, and where each key stands.
struct entry {
    std::string name;
    std::string since;
    std::string doc;
    position at;
    std::map<std::string, position, std::less<>> keys;

    /// Position of a key's value, or of the entry if it came without positions.
    position where(std::string_view key) const {
        const auto found = keys.find(key);
        return found == keys.end() ? at : found->second;
    }
};

/// A version `major.minor.patch`, each below 256, the patch below 65536.
struct version {
    uint32_t major = 0;
    uint32_t minor = 0;
    uint32_t patch = 0;

    auto operator<=>(const version&) const = default;
    uint32_t word() const { return major << 24 | minor << 16 | patch; }
};

std::optional<version> parse_version(std::string_view text);
std::string to_string(const version& v);

struct header : entry {
    std::string version_text;
    abi_model::version version;
    std::string uid;
    std::string byte_order;
};

struct convention : entry {
    std::string number_register;
    uint32_t arm_immediate = 0;
    uint32_t thumb_immediate = 0;
    uint32_t owner = 0;
    uint32_t call_base = 0;
    uint32_t psci_base = 0;
    std::vector<std::string> clobbers;
};

struct status : entry {
    int32_t value = 0;
};

struct feature : entry {
    uint32_t bit = 0;
};

struct enum_value : entry {
    uint32_t value = 0;
};

struct enumeration : entry {
    std::vector<enum_value> values;
};

enum class scalar : uint8_t { u8, u16, u32, u64, s32, gva, gpa, status, enumeration };

/// Type of an argument or result.
struct value_type {
    scalar kind = scalar::u32;
    std::string enumeration;

    bool operator==(const value_type&) const = default;
    uint32_t registers() const { return kind == scalar::u64 || kind == scalar::gpa ? 2 : 1; }
};

/// An argument or a result: its type and the first of its registers, r0-r3.
struct operand : entry {
    value_type type;
    uint32_t reg = 0;
};

/// A status that a call may answer. One that came after the call names the feature without
/// which a guest never sees it.
struct call_status : entry {
    std::string cause;
    std::string feature;
};

struct call : entry {
    uint32_t id = 0;
    std::string family;
    std::string feature;
    std::string standard;
    bool noreturn = false;
    std::vector<operand> args;
    std::vector<operand> results;
    std::vector<call_status> statuses;
};

struct bit_field : entry {
    uint32_t from = 0;
    uint32_t width = 0;
    uint32_t to = 0;
};

struct pattern {
    uint32_t mask = 0;
    uint32_t value = 0;

    bool operator==(const pattern&) const = default;
};

enum class isa : uint8_t { arm, thumb16, thumb32 };

struct code : entry {
    abi_model::isa isa = abi_model::isa::arm;
    uint32_t base = 0;
    uint32_t bits = 0;
    std::optional<pattern> match;
    std::optional<pattern> reject;
    std::vector<bit_field> fields;
};

struct number_range : entry {
    uint32_t first = 0;
    uint32_t last = 0;
};

struct plane : entry {
    uint32_t arm_base = 0;
    uint32_t arm_bits = 0;
    std::vector<number_range> never_arm;
    std::vector<number_range> never_thumb16;
    std::vector<number_range> never_thumb32;
};

/// Type of a structure's field: a scalar or another structure, alone or as an array.
struct field_type {
    std::string element;
    std::optional<uint32_t> count;

    bool operator==(const field_type&) const = default;
    std::string text() const {
        return count ? element + '[' + std::to_string(*count) + ']' : element;
    }
};

struct field : entry {
    uint32_t offset = 0;
    field_type type;
    std::string writer;
    bool reserved = false;
};

struct structure : entry {
    uint32_t size = 0;
    uint32_t align = 0;
    std::vector<field> fields;
};

struct constant : entry {
    uint32_t value = 0;
};

struct address_range : entry {
    uint32_t first = 0;
    uint32_t last = 0;
    std::string space;
};

struct boot_register : entry {};

struct boot : entry {
    std::vector<boot_register> registers;
};

struct note : entry {
    std::string section;
    std::string escape_section;
};

/// A name and number that once had a meaning and never gets another one.
struct reserved : entry {
    std::string what;
    int64_t number = 0;
};

/// Lets one rule pass for one item until a version.
struct waiver : entry {
    std::string rule;
    std::string item;
    std::string until;
};

struct description {
    std::string file;
    header abi;
    abi_model::convention convention;
    std::vector<status> statuses;
    std::vector<feature> features;
    std::vector<enumeration> enums;
    std::vector<call> calls;
    abi_model::plane plane;
    std::vector<code> codes;
    std::vector<structure> structs;
    std::vector<constant> constants;
    std::vector<address_range> ranges;
    abi_model::boot boot;
    abi_model::note note;
    std::vector<reserved> reserved_items;
    std::vector<waiver> waivers;
};

/// Finds an entry by name; null if there is none.
template <typename Entries>
auto find(Entries& entries, std::string_view name) -> decltype(&entries.front()) {
    for (auto& e : entries) {
        if (e.name == name) {
            return &e;
        }
    }
    return nullptr;
}

std::string_view name_of(isa which);
std::string to_string(const value_type& type);

/// Bytes of one element of a field: a scalar's width or a structure's size; 0 if unknown.
uint32_t element_size(const description& d, std::string_view element);

/// Natural alignment of one element of a field; 0 if unknown.
uint32_t element_align(const description& d, std::string_view element);

/// Bytes of a whole field.
uint64_t field_size(const description& d, const field& f);

} // namespace paravane::abi_model
