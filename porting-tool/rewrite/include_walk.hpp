// SPDX-License-Identifier: BSD-2-Clause
// Follows #include and .include by text: a superset of what one configuration
// reads. Used by the .S front end and by unit_choice.hpp.
#pragma once

#include "database.hpp"

#include <map>

namespace paravane::port {

class include_walk {
public:
    /// The unit's file and every file that it reaches, canonical.
    std::vector<std::string> files_of(const compile_unit& unit);

private:
    const std::vector<std::string>& names_in(const std::string& path);
    std::string resolve(const std::string& name, const std::string& from,
                        const std::vector<std::string>& paths);

    std::map<std::string, std::vector<std::string>> names_;
    std::map<std::string, std::string> canonical_;
};

} // namespace paravane::port
