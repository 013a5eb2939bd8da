// SPDX-License-Identifier: BSD-2-Clause
// What the verbs share: failures as the toolkit prints them, messages with
// their ids, options that several verbs take.
#pragma once

#include "census/outcome.hpp"
#include "census/site.hpp"
#include "toolkit/command_line.hpp"

#include <filesystem>
#include <functional>

namespace paravane::port {

/// Ends the verb with the failure's line and status.
[[noreturn]] void give_up(const failure& f);
[[noreturn]] void give_up_usage(const std::string& text);

/// The value, or the end of the verb.
template <typename T>
T require(outcome<T> result) {
    if (!result)
        give_up(result.error());
    return std::move(*result);
}

/// Meaning and cure of each id that the verbs print.
toolkit::message_table pvport_messages();

toolkit::option jobs_option();
unsigned jobs_of(const toolkit::invocation& i);

toolkit::option output_option();
/// Writes to --output atomically, or to standard output.
void write_output(const toolkit::invocation& i, std::string_view text);

/// Prints "verb: 12 of 100" on a terminal for runs over two seconds.
std::function<void(size_t, size_t)> progress_of(const toolkit::invocation& i,
                                                const std::string& what);

} // namespace paravane::port
