// SPDX-License-Identifier: BSD-2-Clause
// Which objects a build made: from Kbuild's .*.o.cmd files, a compile database
// or a list, and which part of them one shard takes. Feeds census.hpp.
#pragma once

#include "census.hpp"

#include <string>
#include <vector>

namespace paravane::port {

struct object_list {
    std::vector<object_input> objects; ///< sorted by path, each once
    std::vector<std::string> notes;
};

/// `path` is a build folder of Kbuild or a compile_commands.json. Objects for the build
/// machine are left out and counted in a note; a missing object is a failure.
outcome<object_list> objects_of_build(const std::string& path);

/// One path a line; empty lines and lines with '#' first are skipped.
outcome<object_list> objects_of_list(const std::string& path);

struct shard {
    unsigned index = 1; ///< from 1
    unsigned count = 1;
};

/// "2/8", or nothing.
std::optional<shard> parse_shard(std::string_view text);

/// Keeps every count-th object, so that neighbours of one folder spread over the shards.
void take_shard(object_list& list, shard which);

/// Splits a shell command line as make's .cmd files and compile databases hold it.
std::vector<std::string> split_command(std::string_view line);

} // namespace paravane::port
