// SPDX-License-Identifier: BSD-2-Clause
// The pairs of descriptions of rules_test.cpp: for each rule one that breaks it and one near
// miss. Used with mutation.hpp's sample.
#pragma once

#include "mutation.hpp"

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace paravane::test {

/// `fires` against the sample breaks the rule; `silent` must be compatible. Either may
/// also change the older side.
struct rule_case {
    std::string rule;
    edits fires;
    edits silent;
    edits older = {};
};

inline void PrintTo(const rule_case& c, std::ostream* out) {
    *out << c.rule;
}

inline const std::string RAISE_FROM = "version = \"0.3.0\"";
inline const std::pair<std::string, std::string> PATCH = {RAISE_FROM, "version = \"0.3.1\""};
inline const std::pair<std::string, std::string> MINOR = {RAISE_FROM, "version = \"0.4.0\""};

inline const std::string RESERVED = "[[reserved]]\nwhat = \"call\"\nname = \"smear\"\nnumber = "
                                    "0x86000009\nsince = \"0.2.0\"\ndoc = \"Never worked.\"\n";

std::vector<rule_case> all_rule_cases();

} // namespace paravane::test
