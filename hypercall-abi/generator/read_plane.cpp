// SPDX-License-Identifier: BSD-2-Clause
// The instruction plane: ranges that stay free and one code per form.
#include "generator/read_parts.hpp"

namespace paravane::abi_model {
namespace {

std::vector<number_range> read_ranges(table_reader& r, std::string_view key, error_sink& errors) {
    std::vector<number_range> ranges;
    r.tables(key, false, [&](const toml::table& t) {
        table_reader inner(t, "plane: " + std::string(key), errors);
        number_range range;
        inner.common(range, false, false);
        range.first = static_cast<uint32_t>(inner.number("first", 0, 0xffffff));
        range.last = static_cast<uint32_t>(inner.number("last", range.first, 0xffffff));
        range.doc = inner.text("reason");
        ranges.push_back(std::move(range));
    });
    return ranges;
}

std::optional<pattern> read_pattern(table_reader& r, std::string_view key, error_sink& errors) {
    const toml::table* t = r.table(key, false);
    if (t == nullptr) {
        return std::nullopt;
    }
    table_reader inner(*t, r.what() + ": " + std::string(key), errors);
    pattern p;
    p.mask = inner.word("mask");
    p.value = inner.word("value");
    if ((p.value & ~p.mask) != 0) {
        inner.fail("value", "value has bits outside of mask", "READ_PATTERN");
    }
    return p;
}

std::optional<isa> parse_isa(std::string_view text) {
    for (const isa which : {isa::arm, isa::thumb16, isa::thumb32}) {
        if (text == name_of(which)) {
            return which;
        }
    }
    return std::nullopt;
}

code read_code(const toml::table& t, error_sink& errors) {
    table_reader r(t, "code", errors);
    code c;
    r.common(c, true, true);
    c.doc = r.text("doc");
    const std::string set = r.text("isa");
    if (const auto parsed = parse_isa(set)) {
        c.isa = *parsed;
    } else {
        r.fail("isa", "'isa' must be arm, thumb16 or thumb32", "READ_ISA");
    }
    c.base = static_cast<uint32_t>(r.number("base", 0, 0xffffff));
    c.bits = static_cast<uint32_t>(r.number("bits", 0, 24));
    c.match = read_pattern(r, "match", errors);
    c.reject = read_pattern(r, "reject", errors);
    r.tables("fields", true, [&](const toml::table& inner) {
        table_reader f(inner, "code " + c.name + ": field", errors);
        bit_field b;
        f.common(b, true, false);
        b.from = static_cast<uint32_t>(f.number("from", 0, 31));
        b.width = static_cast<uint32_t>(f.number("width", 1, 24));
        b.to = static_cast<uint32_t>(f.number("to", 0, 23));
        c.fields.push_back(std::move(b));
    });
    return c;
}

} // namespace

void read_plane(table_reader& root, description& d, error_sink& errors) {
    if (const toml::table* t = root.table("plane", true)) {
        table_reader r(*t, "plane", errors);
        r.common(d.plane, false, false);
        d.plane.doc = r.text("doc");
        d.plane.arm_base = static_cast<uint32_t>(r.number("arm_base", 0, 0xffffff));
        d.plane.arm_bits = static_cast<uint32_t>(r.number("arm_bits", 12, 24));
        d.plane.never_arm = read_ranges(r, "never_arm", errors);
        d.plane.never_thumb16 = read_ranges(r, "never_thumb16", errors);
        d.plane.never_thumb32 = read_ranges(r, "never_thumb32", errors);
    }
    root.tables("code", true,
                [&](const toml::table& t) { d.codes.push_back(read_code(t, errors)); });
}

} // namespace paravane::abi_model
