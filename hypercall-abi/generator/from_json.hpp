// SPDX-License-Identifier: BSD-2-Clause
// Turns the normalized JSON into the table that the TOML reader walks, so that
// both forms are checked by the same code.
#pragma once

#include "toolkit/diagnostic.hpp"

#include <optional>
#include <string_view>
#include <toml++/toml.h>

namespace paravane::abi_model {

/// Empty, with a message, on a syntax error, a duplicate key, a type that a description
/// never has (null, fraction), or nesting deeper than 16.
std::optional<toml::table> table_from_json(std::string_view text, const std::string& file,
                                           toolkit::diagnostics& messages);

} // namespace paravane::abi_model
