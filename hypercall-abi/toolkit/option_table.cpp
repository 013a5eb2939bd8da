// SPDX-License-Identifier: BSD-2-Clause
// What all tools have in common: options, exit statuses, versions.
#include "toolkit/option_table.hpp"

namespace paravane::toolkit {

const std::vector<option>& common_options() {
    static const std::vector<option> OPTIONS = {
        {.name = "help", .letter = 'h', .doc = "Print this help."},
        {.name = "version", .doc = "Print the versions of the tool and of the ABI."},
        {.name = "verbose", .letter = 'v', .doc = "Say more; may be given twice.", .many = true},
        {.name = "quiet", .letter = 'q', .doc = "Print errors only."},
        {.name = "explain",
         .argument = "ID",
         .doc = "Explain a message by the id that stands in brackets behind it."},
    };
    return OPTIONS;
}

std::span<const exit_status_row> exit_status_table() {
    static constexpr exit_status_row ROWS[] = {
        {exit_status::ok, "Success."},
        {exit_status::not_clean, "Something was found that should not be there."},
        {exit_status::usage, "The command line is wrong."},
        {exit_status::bad_input, "An input is malformed."},
        {exit_status::io_failure, "A file, a process or a device failed."},
        {exit_status::vm_killed, "A virtual machine was killed."},
        {exit_status::timed_out, "The time limit passed."},
        {exit_status::refused, "The hypervisor refused the system."},
        {exit_status::breaking, "The ABI breaks the promise made by the older one."},
        {exit_status::could_not_run, "The comparison could not be made."},
    };
    return ROWS;
}

const char* tool_version() {
    return PARAVANE_TOOL_VERSION;
}

const char* abi_version() {
    return PARAVANE_ABI_VERSION;
}

} // namespace paravane::toolkit
