// SPDX-License-Identifier: BSD-2-Clause
// Shared structures and their fields.
#include "generator/read_parts.hpp"

#include <charconv>

namespace paravane::abi_model {
namespace {

std::optional<field_type> parse_field_type(std::string_view text) {
    field_type type;
    const size_t open = text.find('[');
    type.element = std::string(text.substr(0, open));
    if (!is_identifier(type.element)) {
        return std::nullopt;
    }
    if (open == std::string_view::npos) {
        return type;
    }
    std::string_view rest = text.substr(open + 1);
    uint32_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    if (error != std::errc() || rest != "]" || count == 0 || count > 65536) {
        return std::nullopt;
    }
    type.count = count;
    return type;
}

field read_field(const toml::table& t, const std::string& owner, error_sink& errors) {
    table_reader r(t, owner + ": field", errors);
    field f;
    r.common(f, true, true);
    f.doc = r.text("doc");
    f.offset = static_cast<uint32_t>(r.number("offset", 0, 0xffff));
    const std::string type = r.text("type");
    if (const auto parsed = parse_field_type(type)) {
        f.type = *parsed;
    } else {
        r.fail("type", "type '" + type + "' is not of the form u32, u8[4] or a structure",
               "READ_TYPE_NAME");
    }
    f.writer = r.text("writer");
    if (f.writer != "guest" && f.writer != "hypervisor" && f.writer != "vcpu") {
        r.fail("writer", "'writer' must be guest, hypervisor or vcpu", "READ_WRITER");
    }
    f.reserved = r.flag("reserved");
    return f;
}

} // namespace

void read_layouts(table_reader& root, description& d, error_sink& errors) {
    root.tables("struct", true, [&](const toml::table& t) {
        table_reader r(t, "struct", errors);
        structure s;
        r.common(s, true, true);
        s.doc = r.text("doc");
        s.size = static_cast<uint32_t>(r.number("size", 1, 65536));
        s.align = static_cast<uint32_t>(r.number("align", 1, 4096));
        r.tables("fields", true, [&](const toml::table& inner) {
            s.fields.push_back(read_field(inner, "struct " + s.name, errors));
        });
        d.structs.push_back(std::move(s));
    });
}

} // namespace paravane::abi_model
