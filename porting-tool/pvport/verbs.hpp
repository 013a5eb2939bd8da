// SPDX-License-Identifier: BSD-2-Clause
// The verbs of pvport; main.cpp lists them. Those of the second group need the
// rewriter.
#pragma once

#include "toolkit/option_table.hpp"

#include <string>

namespace paravane::port {

toolkit::verb scan_verb();
toolkit::verb merge_verb();
toolkit::verb verify_verb();
toolkit::verb patch_verb();

toolkit::verb plan_verb();
toolkit::verb apply_verb();
toolkit::verb rule_verb();
toolkit::verb rules_verb();

/// The folder of the guests' rules: $PVPORT_RULES, else as installed beside the tool,
/// else the sources' own.
std::string default_rules();

} // namespace paravane::port
