// SPDX-License-Identifier: BSD-2-Clause
// Text in, description out: TOML as people write it, or the normalized JSON of
// the same shape. After reading, validate.hpp has been applied.
#pragma once

#include "generator/model.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace paravane::abi_model {

/// Parses and checks a description in TOML. Errors carry line and column; on an error
/// the result is empty and `messages` holds at least one entry.
std::optional<description> read_toml(std::string_view text, const std::string& file,
                                     toolkit::diagnostics& messages);

/// The same for the normalized JSON (write_json). Positions are unknown but for syntax errors.
std::optional<description> read_json(std::string_view text, const std::string& file,
                                     toolkit::diagnostics& messages);

/// Chooses by the first byte that is not blank: '{' starts JSON.
std::optional<description> read_any(std::string_view text, const std::string& file,
                                    toolkit::diagnostics& messages);

} // namespace paravane::abi_model
