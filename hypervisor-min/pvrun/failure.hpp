// SPDX-License-Identifier: BSD-2-Clause
// How pvrun says that it cannot go on: one line and the exit status that goes with
// it. Thrown anywhere, printed by main.cpp alone.
#pragma once

#include <stdexcept>
#include <string>

namespace paravane::pvrun {

enum class exit_status : int {
    ok = 0,
    usage = 2,
    bad_input = 3,
    io = 4,
    killed = 10,
    timed_out = 11,
    refused = 12,
};

class failure : public std::runtime_error {
public:
    failure(exit_status status, const std::string& line)
        : std::runtime_error{line}, status_{status} {}
    exit_status status() const { return status_; }

private:
    exit_status status_;
};

} // namespace paravane::pvrun
