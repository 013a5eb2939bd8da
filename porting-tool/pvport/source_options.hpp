// SPDX-License-Identifier: BSD-2-Clause
// The options of every verb that reads sources, and the request they make.
#pragma once

#include "support.hpp"

#include "rewrite/plan.hpp"

namespace paravane::port {

/// --built-tree, --guest, --rules, --level, --no-cache; --tree is the verb's own.
std::vector<toolkit::option> source_options();

/// The folder that --rules names, and the one that comes with pvport.
std::vector<std::string> rules_roots(const toolkit::invocation& i);

/// --tree, --db, --jobs and those above, as a request; `what` names the work on a terminal.
plan_request request_of(const toolkit::invocation& i);

} // namespace paravane::port
