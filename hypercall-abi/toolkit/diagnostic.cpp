// SPDX-License-Identifier: BSD-2-Clause
// The one text form of a diagnostic.
#include "toolkit/diagnostic.hpp"

#include <algorithm>

namespace paravane::toolkit {

const char* name_of(severity level) {
    switch (level) {
    case severity::error:
        return "error";
    case severity::warning:
        return "warning";
    case severity::note:
        return "note";
    }
    return "error";
}

std::string to_line(const diagnostic& message) {
    std::string line;
    if (!message.file.empty()) {
        line += message.file + ':';
        if (message.at.line != 0) {
            line += std::to_string(message.at.line) + ':' + std::to_string(message.at.column) + ':';
        }
        line += ' ';
    }
    line += name_of(message.level);
    line += ": " + message.text;
    if (!message.id.empty()) {
        line += " [" + message.id + ']';
    }
    return line;
}

bool has_errors(const diagnostics& messages) {
    return std::any_of(messages.begin(), messages.end(),
                       [](const diagnostic& m) { return m.level == severity::error; });
}

} // namespace paravane::toolkit
