// SPDX-License-Identifier: BSD-2-Clause
// What the front ends produce together: edits, and a source_site for each
// sensitive statement. plan.hpp fills it and finishes it.
#pragma once

#include "census/site.hpp"
#include "edit.hpp"
#include "recognize.hpp"

namespace paravane::port {

struct tree_plan {
    edit_set edits;
    std::vector<source_site> sites;
    std::vector<std::string> notes;
};

/// One edit as a front end finds it, before it is merged.
struct found_edit {
    std::string path;
    edit change;
    bool needs_header = true;
};

/// One sensitive statement as a front end finds it.
struct found_site {
    source_site site;
    std::vector<found_edit> edits;

    /// Names the spot: the same from each unit that sees it.
    std::string key() const;
};

/// Turns a recognition into the site's fields; fate and level are the caller's.
source_site site_of(const recognition& found, std::string text);

inline constexpr std::string_view RULE_LEVEL0 = "generic-arm/trap";
inline constexpr std::string_view RULE_HARMLESS = "generic-arm/harmless";

} // namespace paravane::port
