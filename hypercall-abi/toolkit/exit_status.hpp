// SPDX-License-Identifier: BSD-2-Clause
// The one table of exit statuses that all tools share; help and man pages print
// the rows that a tool names.
#pragma once

#include <span>

namespace paravane::toolkit {

enum class exit_status : int {
    ok = 0,
    not_clean = 1,
    usage = 2,
    bad_input = 3,
    io_failure = 4,
    vm_killed = 10,
    timed_out = 11,
    refused = 12,
    breaking = 100,
    could_not_run = 101,
};

struct exit_status_row {
    exit_status status;
    const char* meaning;
};

/// All rows in order of number.
std::span<const exit_status_row> exit_status_table();

} // namespace paravane::toolkit
