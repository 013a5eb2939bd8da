// SPDX-License-Identifier: BSD-2-Clause
// Calls, their operands and their statuses.
#include "generator/read_parts.hpp"

#include <algorithm>

namespace paravane::abi_model {
namespace {

std::optional<value_type> parse_type(std::string_view text) {
    constexpr std::pair<std::string_view, scalar> NAMES[] = {
        {"u8", scalar::u8},   {"u16", scalar::u16},       {"u32", scalar::u32},
        {"u64", scalar::u64}, {"s32", scalar::s32},       {"gva", scalar::gva},
        {"gpa", scalar::gpa}, {"status", scalar::status},
    };
    for (const auto& [name, kind] : NAMES) {
        if (text == name) {
            return value_type{kind, {}};
        }
    }
    constexpr std::string_view PREFIX = "enum:";
    if (text.starts_with(PREFIX)) {
        return value_type{scalar::enumeration, std::string(text.substr(PREFIX.size()))};
    }
    return std::nullopt;
}

/// r0-r3 by name; 4 if it is none of them.
uint32_t parse_register(std::string_view text) {
    return text.size() == 2 && text[0] == 'r' && text[1] >= '0' && text[1] <= '3'
               ? static_cast<uint32_t>(text[1] - '0')
               : 4;
}

operand read_operand(const toml::table& t, const std::string& owner, std::string_view kind,
                     error_sink& errors) {
    table_reader r(t, owner + ": " + std::string(kind), errors);
    operand o;
    r.common(o, true, false);
    const std::string type = r.text("type");
    if (const auto parsed = parse_type(type)) {
        o.type = *parsed;
    } else {
        r.fail("type", "type '" + type + "' is unknown", "READ_TYPE_NAME");
    }
    o.reg = parse_register(r.text("reg"));
    if (o.reg > 3) {
        r.fail("reg", "'reg' must be r0, r1, r2 or r3", "READ_REGISTER");
        o.reg = 0;
    }
    o.doc = o.type.kind == scalar::status ? r.optional_text("doc").value_or("How the call went.")
                                          : r.text("doc");
    return o;
}

/// Stubs take their parameters in the order of registers, however they are listed.
void sort_by_register(std::vector<operand>& operands) {
    std::stable_sort(operands.begin(), operands.end(),
                     [](const operand& a, const operand& b) { return a.reg < b.reg; });
}

call read_call(const toml::table& t, error_sink& errors) {
    table_reader r(t, "call", errors);
    call c;
    r.common(c, true, true);
    c.doc = r.text("doc");
    c.id = r.word("id");
    c.family = r.identifier("family");
    c.feature = r.optional_text("feature").value_or("");
    c.standard = r.optional_text("standard").value_or("");
    c.noreturn = r.flag("noreturn");
    const std::string owner = "call " + c.name;
    r.tables("args", false, [&](const toml::table& inner) {
        c.args.push_back(read_operand(inner, owner, "argument", errors));
    });
    r.tables("results", true, [&](const toml::table& inner) {
        c.results.push_back(read_operand(inner, owner, "result", errors));
    });
    r.tables("statuses", true, [&](const toml::table& inner) {
        table_reader s(inner, owner + ": status", errors);
        call_status status;
        s.common(status, true, false);
        status.cause = s.text("cause");
        status.feature = s.optional_text("feature").value_or("");
        c.statuses.push_back(std::move(status));
    });
    sort_by_register(c.args);
    sort_by_register(c.results);
    return c;
}

} // namespace

void read_calls(table_reader& root, description& d, error_sink& errors) {
    root.tables("call", true,
                [&](const toml::table& t) { d.calls.push_back(read_call(t, errors)); });
}

} // namespace paravane::abi_model
