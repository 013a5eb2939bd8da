// SPDX-License-Identifier: BSD-2-Clause
// The front end for C and C++: asm statements as clang sees them, edits at the
// spelling of their text, so that a macro is edited once, in its definition.
#pragma once

#include "database.hpp"
#include "rules.hpp"
#include "site_plan.hpp"
#include "unit_cache.hpp"

#include <functional>

namespace paravane::port {

struct c_scan_request {
    const rule_set* rules = nullptr;
    int level = 0;
    unsigned jobs = 1;
    cpu_arch arch = cpu_arch::v7;
    unit_cache* cache = nullptr;                  ///< may be absent
    bool keep_going = false;                      ///< a unit that does not parse is noted
    std::function<void(size_t, size_t)> progress; ///< called from one thread at a time
};

struct c_scan {
    std::vector<found_site> sites;
    std::set<std::pair<std::string, unsigned>> seen;    ///< lines whose asm text clang saw
    std::set<std::pair<std::string, unsigned>> defined; ///< active #define lines with text
    std::vector<std::string> notes;                     ///< units that were not read, and why
};

/// Parses the C and C++ units. Fails when one does not parse or is not little-endian ARM.
outcome<c_scan> scan_c(const std::vector<const compile_unit*>& units,
                       const c_scan_request& request);

} // namespace paravane::port
