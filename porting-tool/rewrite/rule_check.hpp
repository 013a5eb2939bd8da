// SPDX-License-Identifier: BSD-2-Clause
// Runs the tests that stand beside the rules: each fires on its input, gives the
// expected text, and stays silent on the near miss. Asked by `pvport rule test`.
#pragma once

#include "rules.hpp"

namespace paravane::port {

struct rule_check {
    std::string rule;                  ///< id
    std::vector<std::string> problems; ///< one line each; empty: the rule does what its test says
};

/// Checks one rule, or with an empty name all of a guest's own; overlay rules are tested by
/// the trees that they are for. Fails when the guest does not load or there is no such rule.
outcome<std::vector<rule_check>> check_rules(const std::vector<std::string>& roots,
                                             const std::string& guest, const std::string& name);

} // namespace paravane::port
