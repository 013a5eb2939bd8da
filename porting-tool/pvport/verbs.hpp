// SPDX-License-Identifier: BSD-2-Clause
// The verbs of pvport, one file each; main.cpp lists them. plan, apply, rule
// and rules belong to the rewriter and take raw arguments; edit_tables.cpp
// tells the option table about them.
#pragma once

#include "toolkit/option_table.hpp"

#include <span>
#include <string>

namespace paravane::port {

toolkit::verb scan_verb();
toolkit::verb merge_verb();
toolkit::verb verify_verb();
toolkit::verb patch_verb();

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

/// The folder of the guests' rules: $PVPORT_RULES, else as installed beside the tool,
/// else the sources' own.
std::string default_rules();

/// What --help, the man page and completion say about those four.
toolkit::verb plan_table();
toolkit::verb apply_table();
toolkit::verb rule_table();
toolkit::verb rules_table();

} // namespace paravane::port
