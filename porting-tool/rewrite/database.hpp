// SPDX-License-Identifier: BSD-2-Clause
// Which files make the guest and with which flags: a compile database, Kbuild's
// .*.o.cmd files, or a bare list. Feeds the front ends.
#pragma once

#include "census/outcome.hpp"

#include <set>
#include <string>
#include <vector>

namespace paravane::port {

struct compile_unit {
    std::string directory;
    std::string file;                 ///< absolute
    std::vector<std::string> command; ///< compiler first
    std::string output;
    std::vector<std::string> depends; ///< files read, when the build said so
    bool assembly = false;
    unsigned configuration = 0; ///< differs between databases, and between ARM and Thumb
};

struct compile_set {
    std::vector<compile_unit> units;     ///< by configuration
    std::set<std::string> dropped_flags; ///< what clang must not see, for the report
};

struct database_request {
    std::vector<std::string> databases; ///< compile_commands.json or a build directory, each
    std::vector<std::string> files;     ///< bare list
    std::vector<std::string> flags;     ///< for the bare list
    std::vector<std::string> added;     ///< flags for every unit, besides its own
    std::string built_tree; ///< the tree that the database speaks of, when `tree` is a copy
    std::string tree;
};

/// Reads the units. Fails on a missing or broken database, and on files that do not exist.
outcome<compile_set> read_units(const database_request& request);

/// Takes out of a command what only GCC understands or what makes files.
std::vector<std::string> without_gcc_flags(const std::vector<std::string>& command,
                                           std::set<std::string>& dropped);

/// True when the last of -marm and -mthumb is the latter.
bool is_thumb(const std::vector<std::string>& command);

} // namespace paravane::port
