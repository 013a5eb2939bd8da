// SPDX-License-Identifier: BSD-2-Clause
// The source half of a report, by the rewriter when it is built in; options
// that `scan` and `merge` share.
#pragma once

#include "support.hpp"

namespace paravane::port {

/// --tree, and how its sources are read.
std::vector<toolkit::option> accounting_options();

/// Reads the sources when --tree is given, joins, and notes what was dropped.
void account_for_sources(const toolkit::invocation& i, report& all);

/// Writes the report in --format and tells the unmentioned; not clean when there are any.
toolkit::exit_status finish_report(const toolkit::invocation& i, const report& all);

toolkit::option format_option();

} // namespace paravane::port
