// SPDX-License-Identifier: BSD-2-Clause
// What changed between two descriptions, judged by rules.hpp. Its parts stand in
// compare_calls.cpp, compare_numbers.cpp, compare_layout.cpp; the verdict with
// waivers and versions in verdict.cpp; printed by report.hpp.
#pragma once

#include "compare/rules.hpp"
#include "generator/model.hpp"

namespace paravane::compare {

/// One broken rule. `item` is what a waiver names.
struct finding {
    const compare::rule* rule = nullptr;
    std::string item;
    std::string text;
    toolkit::position at;
};

struct differences {
    std::vector<finding> breaks;
    std::vector<std::string> additions;
};

/// All differences that some rule is about, in the order of the newer description.
differences compare(const abi_model::description& before, const abi_model::description& after);

enum class outcome : uint8_t { error, allowed, waived };

struct judged_finding : finding {
    compare::outcome outcome = outcome::error;
};

struct verdict {
    std::vector<judged_finding> findings;
    /// Waivers that expired or that nothing needed.
    toolkit::diagnostics remarks;
    std::vector<std::string> additions;
    bool compatible = true;
};

struct options {
    compare::category category = category::source;
    /// Report breaks as errors even where the version admits them.
    bool strict = false;
};

/// Applies category, waivers of the newer description and the rules about versions: a break
/// that the version announces (new major, before 1.0 new minor) is allowed.
verdict judge(const abi_model::description& before, const abi_model::description& after,
              const options& how);

} // namespace paravane::compare
