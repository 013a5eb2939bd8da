// SPDX-License-Identifier: BSD-2-Clause
// A verdict in the forms that people and CI systems read. Each function returns
// the whole text; nothing here decides anything.
#pragma once

#include "compare/compare.hpp"

namespace paravane::compare {

/// What the formats need beside the verdict.
struct report_context {
    /// The newer description's file, relative to the repository where a CI reads it.
    std::string file;
    std::string version;
    std::string baseline;
    std::string tool_version;
};

/// One line per finding: `file:line:col: error: item: text [RULE] (baseline 0.1.0)`.
std::string text_report(const verdict& v, const report_context& about);

/// Own form, stable keys.
std::string json_report(const verdict& v, const report_context& about);

/// SARIF 2.1.0 within the limits that GitHub code scanning sets.
std::string sarif_report(const verdict& v, const report_context& about);

/// One test case per rule; a rule that was broken is a failed one.
std::string junit_report(const verdict& v, const report_context& about);

/// Workflow commands of GitHub Actions.
std::string github_report(const verdict& v, const report_context& about);

} // namespace paravane::compare
