// SPDX-License-Identifier: BSD-2-Clause
// Printing helpers of the emitters.
#include "generator/text.hpp"

#include "toolkit/pages.hpp"

#include <cstdio>

namespace paravane::abi_model {
namespace {

constexpr size_t WIDTH = 96;

/// Documentation is free text: it must not end a comment early or start one.
std::string harmless(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (!out.empty() && ((out.back() == '*' && c == '/') || (out.back() == '/' && c == '*'))) {
            out += ' ';
        }
        out += c;
    }
    if (!out.empty() && out.back() == '\\') {
        out += '.';
    }
    return out;
}

std::string column(std::string_view head, std::string_view name, std::string_view separator) {
    std::string out = cat(head, name, separator);
    constexpr size_t VALUE_COLUMN = 48;
    out.append(out.size() < VALUE_COLUMN ? VALUE_COLUMN - out.size() : 1, ' ');
    return out;
}

} // namespace

std::string hex(uint64_t value, int digits) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
    return text;
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return out;
}

std::string block_comment(std::string_view text, std::string_view indent) {
    const std::vector<std::string> lines = toolkit::wrap(harmless(text), WIDTH - indent.size() - 6);
    if (lines.size() == 1) {
        return cat(indent, "/* ", lines.front(), " */\n");
    }
    std::string out = cat(indent, "/*\n");
    for (const std::string& line : lines) {
        out += cat(indent, " * ", line, "\n");
    }
    return out + cat(indent, " */\n");
}

std::string doc_comment(std::string_view text, std::string_view indent) {
    std::string out;
    for (const std::string& line : toolkit::wrap(harmless(text), WIDTH - indent.size() - 4)) {
        out += cat(indent, "/// ", line, "\n");
    }
    return out;
}

std::string define(std::string_view name, std::string_view value) {
    return column("#define ", name, " ") + std::string(value) + '\n';
}

std::string equ(std::string_view name, std::string_view value) {
    return column(".equ ", name, ",") + std::string(value) + '\n';
}

std::string c_name(std::string_view kind, std::string_view name) {
    return cat("PVN_", upper(kind), "_", upper(name));
}

std::string signed_text(int64_t value) {
    return value < 0 ? cat("(", value, ")") : piece(value);
}

} // namespace paravane::abi_model
