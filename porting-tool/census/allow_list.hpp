// SPDX-License-Identifier: BSD-2-Clause
// The allow-list of `pvport verify`: what may stay in a kernel, each entry with
// its reason. Read here, applied in verify.cpp.
#pragma once

#include "outcome.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace paravane::port {

/// One instruction that may stay in one function.
struct allow_entry {
    std::string function;
    uint32_t encoding = 0;
    std::string reason;
    unsigned line = 0;
};

/// A function or section that never runs as a guest; verify proves that nothing reaches it.
struct unreached_entry {
    std::string function; ///< exactly one of the two is set
    std::string section;
    std::string reason;
    unsigned line = 0;
};

struct allow_list {
    std::string path;
    std::vector<allow_entry> allowed;
    std::vector<unreached_entry> unreached;
};

/// Reads a TOML file of [[allow]] and [[unreached]] tables; unknown keys are errors.
outcome<allow_list> read_allow_list(const std::string& path);

/// The same from text; `path` only names it in messages.
outcome<allow_list> parse_allow_list(std::string_view text, const std::string& path);

} // namespace paravane::port
