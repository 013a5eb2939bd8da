// SPDX-License-Identifier: BSD-2-Clause
// How pvrun says that it cannot go on: one line and the exit status that goes with
// it, as the toolkit prints it. The rows that explain the ids are in messages.hpp.
#pragma once

#include "toolkit/command_line.hpp"

#include <string>

namespace paravane::pvrun {

using toolkit::exit_status;

/// The id that a message of this status carries.
constexpr const char* id_of(exit_status status) {
    return status == exit_status::refused     ? "REFUSED"
           : status == exit_status::bad_input ? "SYSTEM"
           : status == exit_status::usage     ? "USAGE"
                                              : "IO";
}

class failure : public toolkit::failure {
public:
    failure(exit_status status, const std::string& line)
        : toolkit::failure{status, {toolkit::severity::error, {}, {}, line, id_of(status)}} {}
};

} // namespace paravane::pvrun
