// SPDX-License-Identifier: BSD-2-Clause
// What a tool says about one place of its input, with an id that stays, and
// the list that collects such messages. Printed by messages.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace paravane::toolkit {

/// Line and column count from 1; 0 stands for unknown.
struct position {
    uint32_t line = 0;
    uint32_t column = 0;

    bool operator==(const position&) const = default;
};

enum class severity : uint8_t { error, warning, note };

struct diagnostic {
    severity level = severity::error;
    std::string file;
    position at;
    std::string text;
    std::string id;
};

using diagnostics = std::vector<diagnostic>;

/// The word that a message carries for its severity.
const char* name_of(severity level);

/// One line without its end: `file:line:col: severity: text [ID]`.
std::string to_line(const diagnostic& message);

/// Whether at least one of the messages is an error.
bool has_errors(const diagnostics& messages);

} // namespace paravane::toolkit
