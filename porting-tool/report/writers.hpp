// SPDX-License-Identifier: BSD-2-Clause
// A report in each of its forms. read_report takes back what the JSON form
// wrote, for `pvport merge`.
#pragma once

#include "census/outcome.hpp"
#include "census/site.hpp"

#include <string>

namespace paravane::port {

std::string to_json(const report& all);
std::string to_sarif(const report& all);
std::string to_html(const report& all);

/// @pre format is json, sarif, html or text
std::string write_report(const report& all, std::string_view format);

/// Reads a JSON report; anything unexpected is one line with the file's name.
outcome<report> read_report(const std::string& path);
outcome<report> parse_report(std::string_view text, const std::string& path);

/// Joins reports of one tree: sites that several hold are kept once. Fails on different trees.
outcome<report> merge_reports(std::vector<report> parts);

} // namespace paravane::port
