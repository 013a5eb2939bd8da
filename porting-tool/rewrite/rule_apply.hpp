// SPDX-License-Identifier: BSD-2-Clause
// What rules do beside whole asm statements: decide about single sites, report
// text that no decoder sees, add files and hooks. Called by plan.cpp.
#pragma once

#include "plan.hpp"

namespace paravane::port {

/// Lets the first matching site rule of at most `level` decide; a harmless or by-hand
/// site loses its edits, one with a replacement gets that in place of its statement.
void apply_site_rules(const rule_set& rules, int level, const std::string& tree, found_site& found);

/// The sites of text rules in the given files: mode constants, masks, device addresses.
outcome<std::vector<source_site>> text_sites(const rule_set& rules, const std::string& tree,
                                             const std::vector<std::string>& files);

/// Adds the files and hooks of overlay rules up to a level. `abi_headers` is the folder of
/// the generated headers. Fails when an anchor is not there exactly once.
outcome<bool> add_overlays(const rule_set& rules, int level, const std::string& abi_headers,
                           port_plan& plan);

} // namespace paravane::port
