// SPDX-License-Identifier: BSD-2-Clause
// Follows #include and .include by text: a superset of what one configuration
// reads. Used by the .S front end and by unit_choice.hpp, where the build does not
// say what it read.
#pragma once

#include "database.hpp"

#include <map>
#include <unordered_map>

namespace paravane::port {

class include_walk {
public:
    /// The unit's file and every file that it reaches, canonical and sorted.
    std::vector<std::string> files_of(const compile_unit& unit);

private:
    using file_id = unsigned;
    struct included {
        std::string name;
        bool quoted = false; ///< looked for beside the including file first
    };
    struct source {
        std::string path;
        std::vector<included> names;
    };
    /// What the files include under one list of folders; units of one folder share it.
    struct context {
        std::vector<std::string> folders;
        std::unordered_map<file_id, std::vector<file_id>> direct;
    };
    static constexpr file_id NOT_THERE = ~0u;

    file_id number_of(const std::string& path);
    file_id at(const std::string& folder, const std::string& name);
    const std::vector<file_id>& includes_of(file_id file, context& under);

    std::vector<source> files_;
    std::unordered_map<std::string, file_id> numbers_;
    std::unordered_map<std::string, file_id> asked_; ///< folder/name, as it was looked for
    std::map<std::vector<std::string>, context> contexts_;
};

} // namespace paravane::port
