// SPDX-License-Identifier: BSD-2-Clause
// The verbs of pvport and the exit statuses they share. main.cpp calls them;
// scan, verify, patch and merge stand in this folder; plan, apply, rule and
// rules are defined by the rewriter's library.
#pragma once

#include <span>
#include <string_view>

namespace paravane::port {

inline constexpr int EXIT_CLEAN = 0;
inline constexpr int EXIT_NOT_CLEAN = 1;
inline constexpr int EXIT_USAGE = 2;
inline constexpr int EXIT_BAD_INPUT = 3;
inline constexpr int EXIT_IO = 4;

/// Each verb gets the arguments after its name and returns an exit status.
using verb_function = int (*)(std::span<char* const> arguments);

int verb_plan(std::span<char* const> arguments);
int verb_apply(std::span<char* const> arguments);
int verb_rule(std::span<char* const> arguments);
int verb_rules(std::span<char* const> arguments);

} // namespace paravane::port
