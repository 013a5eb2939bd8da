// SPDX-License-Identifier: BSD-2-Clause
// Sizes, names and versions of the model.
#include "generator/model.hpp"

#include <charconv>

namespace paravane::abi_model {
namespace {

uint32_t scalar_size(std::string_view element) {
    if (element == "u8") {
        return 1;
    }
    if (element == "u16") {
        return 2;
    }
    if (element == "u32") {
        return 4;
    }
    return element == "u64" ? 8 : 0;
}

/// Reads one decimal component up to `limit`, without sign or leading zeros.
bool take_number(std::string_view& text, uint32_t limit, uint32_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const auto length = static_cast<size_t>(end - text.data());
    if (error != std::errc() || value > limit || (length > 1 && text.front() == '0')) {
        return false;
    }
    text.remove_prefix(length);
    return true;
}

bool take_dot(std::string_view& text) {
    if (text.empty() || text.front() != '.') {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

} // namespace

std::optional<version> parse_version(std::string_view text) {
    version v;
    if (take_number(text, 255, v.major) && take_dot(text) && take_number(text, 255, v.minor) &&
        take_dot(text) && take_number(text, 65535, v.patch) && text.empty()) {
        return v;
    }
    return std::nullopt;
}

std::string to_string(const version& v) {
    return std::to_string(v.major) + '.' + std::to_string(v.minor) + '.' + std::to_string(v.patch);
}

std::string_view name_of(isa which) {
    switch (which) {
    case isa::arm:
        return "arm";
    case isa::thumb16:
        return "thumb16";
    case isa::thumb32:
        return "thumb32";
    }
    return "arm";
}

std::string to_string(const value_type& type) {
    switch (type.kind) {
    case scalar::u8:
        return "u8";
    case scalar::u16:
        return "u16";
    case scalar::u32:
        return "u32";
    case scalar::u64:
        return "u64";
    case scalar::s32:
        return "s32";
    case scalar::gva:
        return "gva";
    case scalar::gpa:
        return "gpa";
    case scalar::status:
        return "status";
    case scalar::enumeration:
        return "enum:" + type.enumeration;
    }
    return "u32";
}

uint32_t element_size(const description& d, std::string_view element) {
    if (const uint32_t size = scalar_size(element)) {
        return size;
    }
    const structure* s = find(d.structs, element);
    return s == nullptr ? 0 : s->size;
}

uint32_t element_align(const description& d, std::string_view element) {
    if (const uint32_t size = scalar_size(element)) {
        return size;
    }
    const structure* s = find(d.structs, element);
    return s == nullptr ? 0 : s->align;
}

uint64_t field_size(const description& d, const field& f) {
    return static_cast<uint64_t>(element_size(d, f.type.element)) * f.type.count.value_or(1);
}

} // namespace paravane::abi_model
