// SPDX-License-Identifier: BSD-2-Clause
// The outer frame of reading: syntax, the single tables, and the lists of
// numbers. read_calls.cpp, read_plane.cpp and read_layouts.cpp do the rest.
#include "generator/read.hpp"

#include "generator/from_json.hpp"
#include "generator/read_parts.hpp"
#include "generator/validate.hpp"

namespace paravane::abi_model {
namespace {

void read_header(table_reader& root, description& d, error_sink& errors) {
    const toml::table* t = root.table("abi", true);
    if (t == nullptr) {
        return;
    }
    table_reader r(*t, "abi", errors);
    r.common(d.abi, true, false);
    d.abi.doc = r.text("doc");
    d.abi.version_text = r.text("version");
    d.abi.uid = r.text("uid");
    d.abi.byte_order = r.text("byte_order");
    if (const auto v = parse_version(d.abi.version_text)) {
        d.abi.version = *v;
    } else {
        r.fail("version", "'version' must have the form major.minor.patch", "READ_VERSION");
    }
}

void read_convention(table_reader& root, description& d, error_sink& errors) {
    const toml::table* t = root.table("convention", true);
    if (t == nullptr) {
        return;
    }
    table_reader r(*t, "convention", errors);
    r.common(d.convention, false, false);
    d.convention.doc = r.text("doc");
    d.convention.number_register = r.text("number_register");
    d.convention.arm_immediate = static_cast<uint32_t>(r.number("arm_immediate", 0, 0xffffff));
    d.convention.thumb_immediate = static_cast<uint32_t>(r.number("thumb_immediate", 0, 0xff));
    d.convention.owner = static_cast<uint32_t>(r.number("owner", 0, 63));
    d.convention.call_base = r.word("call_base");
    d.convention.psci_base = r.word("psci_base");
    d.convention.clobbers = r.texts("clobbers");
}

void read_statuses(table_reader& root, description& d, error_sink& errors) {
    root.tables("status", true, [&](const toml::table& t) {
        table_reader r(t, "status", errors);
        status s;
        r.common(s, true, true);
        s.doc = r.text("doc");
        s.value = static_cast<int32_t>(r.number("value", INT32_MIN, 0));
        d.statuses.push_back(std::move(s));
    });
}

void read_features(table_reader& root, description& d, error_sink& errors) {
    root.tables("feature", true, [&](const toml::table& t) {
        table_reader r(t, "feature", errors);
        feature f;
        r.common(f, true, true);
        f.doc = r.text("doc");
        f.bit = static_cast<uint32_t>(r.number("bit", 0, 63));
        d.features.push_back(std::move(f));
    });
}

void read_enums(table_reader& root, description& d, error_sink& errors) {
    root.tables("enum", true, [&](const toml::table& t) {
        table_reader r(t, "enum", errors);
        enumeration e;
        r.common(e, true, false);
        e.doc = r.text("doc");
        r.tables("values", true, [&](const toml::table& inner) {
            table_reader v(inner, "enum " + e.name + ": value", errors);
            enum_value value;
            v.common(value, true, true);
            value.doc = v.text("doc");
            value.value = v.word("value");
            e.values.push_back(std::move(value));
        });
        d.enums.push_back(std::move(e));
    });
}

void read_constants(table_reader& root, description& d, error_sink& errors) {
    root.tables("constant", true, [&](const toml::table& t) {
        table_reader r(t, "constant", errors);
        constant c;
        r.common(c, true, true);
        c.doc = r.text("doc");
        c.value = r.word("value");
        d.constants.push_back(std::move(c));
    });
    root.tables("range", true, [&](const toml::table& t) {
        table_reader r(t, "range", errors);
        address_range a;
        r.common(a, true, true);
        a.doc = r.text("doc");
        a.first = r.word("first");
        a.last = r.word("last");
        a.space = r.identifier("space");
        d.ranges.push_back(std::move(a));
    });
}

void read_boot_and_note(table_reader& root, description& d, error_sink& errors) {
    if (const toml::table* t = root.table("boot", true)) {
        table_reader r(*t, "boot", errors);
        r.common(d.boot, false, true);
        d.boot.doc = r.text("doc");
        r.tables("registers", true, [&](const toml::table& inner) {
            table_reader v(inner, "boot register", errors);
            boot_register b;
            v.common(b, false, false);
            b.name = v.identifier("reg");
            b.doc = v.text("doc");
            d.boot.registers.push_back(std::move(b));
        });
    }
    if (const toml::table* t = root.table("note", true)) {
        table_reader r(*t, "note", errors);
        r.common(d.note, false, true);
        d.note.name = r.text("name");
        d.note.doc = r.text("doc");
        d.note.section = r.text("section");
        d.note.escape_section = r.text("escape_section");
    }
}

void read_reserved(table_reader& root, description& d, error_sink& errors) {
    root.tables("reserved", false, [&](const toml::table& t) {
        table_reader r(t, "reserved", errors);
        reserved e;
        r.common(e, true, true);
        e.doc = r.text("doc");
        e.what = r.text("what");
        e.number = r.number("number", INT32_MIN, UINT32_MAX);
        d.reserved_items.push_back(std::move(e));
    });
    root.tables("waiver", false, [&](const toml::table& t) {
        table_reader r(t, "waiver", errors);
        waiver w;
        r.common(w, false, false);
        w.rule = r.text("rule");
        w.item = r.text("item");
        w.until = r.text("until");
        w.doc = r.text("reason");
        if (!parse_version(w.until)) {
            r.fail("until", "'until' must be a version such as 0.1.0", "READ_VERSION");
        }
        d.waivers.push_back(std::move(w));
    });
}

std::optional<description> read_table(const toml::table& table, const std::string& file,
                                      toolkit::diagnostics& messages) {
    description d;
    d.file = file;
    error_sink errors(file, messages);
    {
        table_reader root(table, "description", errors);
        read_header(root, d, errors);
        read_convention(root, d, errors);
        read_statuses(root, d, errors);
        read_features(root, d, errors);
        read_enums(root, d, errors);
        read_calls(root, d, errors);
        read_plane(root, d, errors);
        read_layouts(root, d, errors);
        read_constants(root, d, errors);
        read_boot_and_note(root, d, errors);
        read_reserved(root, d, errors);
    }
    if (!errors.failed()) {
        validate(d, errors);
    }
    return errors.failed() ? std::nullopt : std::optional(std::move(d));
}

} // namespace

std::optional<description> read_toml(std::string_view text, const std::string& file,
                                     toolkit::diagnostics& messages) {
    try {
        return read_table(toml::parse(text, file), file, messages);
    } catch (const toml::parse_error& e) {
        messages.push_back({toolkit::severity::error, file, position_of(e.source()),
                            std::string(e.description()), "READ_SYNTAX"});
        return std::nullopt;
    }
}

std::optional<description> read_json(std::string_view text, const std::string& file,
                                     toolkit::diagnostics& messages) {
    const std::optional<toml::table> table = table_from_json(text, file, messages);
    return table ? read_table(*table, file, messages) : std::nullopt;
}

std::optional<description> read_any(std::string_view text, const std::string& file,
                                    toolkit::diagnostics& messages) {
    const size_t first = text.find_first_not_of(" \t\r\n");
    const bool json = first != std::string_view::npos && text[first] == '{';
    return json ? read_json(text, file, messages) : read_toml(text, file, messages);
}

} // namespace paravane::abi_model
