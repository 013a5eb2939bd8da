// SPDX-License-Identifier: BSD-2-Clause
// Small helpers for printing source text, shared by the emitters.
#pragma once

#include "generator/model.hpp"

#include <string>
#include <string_view>

namespace paravane::abi_model {

std::string hex(uint64_t value, int digits = 1);
std::string upper(std::string_view text);

/// Joins strings and numbers.
inline std::string piece(std::string_view text) {
    return std::string(text);
}
template <typename Number>
    requires std::is_arithmetic_v<Number>
std::string piece(Number value) {
    return std::to_string(value);
}
template <typename... Parts>
std::string cat(const Parts&... parts) {
    std::string out;
    ((out += piece(parts)), ...);
    return out;
}

/// A C comment of one or more lines, 96 columns wide, each line after `indent`.
std::string block_comment(std::string_view text, std::string_view indent = "");

/// `/// text` lines for C++.
std::string doc_comment(std::string_view text, std::string_view indent = "");

/// `#define NAME value`, the value in a column.
std::string define(std::string_view name, std::string_view value);

/// `.equ NAME, value`.
std::string equ(std::string_view name, std::string_view value);

/// `call_name` as `PVN_CALL_NAME`.
std::string c_name(std::string_view kind, std::string_view name);

/// First line of every generated file that a Linux tree may hold.
inline constexpr std::string_view DUAL_LICENSE = "GPL-2.0-only OR BSD-2-Clause";
inline constexpr std::string_view OWN_LICENSE = "BSD-2-Clause";

/// A number that assembler and JSON agree on.
std::string signed_text(int64_t value);

} // namespace paravane::abi_model
