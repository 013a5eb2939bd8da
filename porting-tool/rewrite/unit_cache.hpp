// SPDX-License-Identifier: BSD-2-Clause
// What clang saw in a unit, kept by content: the tool, the rules, the command and
// every file that was read. c_front.cpp asks it before it parses.
#pragma once

#include "database.hpp"
#include "site_plan.hpp"

#include <mutex>
#include <unordered_map>

namespace paravane::port {

/// What one unit holds.
struct unit_scan {
    std::vector<found_site> sites;
    std::set<std::pair<std::string, unsigned>> seen;        ///< lines whose asm text clang saw
    std::set<std::pair<std::string, unsigned>> defined;     ///< active #define lines with text
    std::vector<std::pair<std::string, std::string>> files; ///< read, each with its digest
};

class unit_cache {
public:
    /// An empty folder keeps nothing. `salt`: all that a result depends on beside the unit.
    unit_cache(std::string folder, const std::string& salt);

    /// The kept result, if every file that it was made from is what it was. Any thread.
    std::optional<unit_scan> find(const compile_unit& unit);

    /// Keeps a result; a folder that cannot be written keeps nothing. Any thread.
    void keep(const compile_unit& unit, const unit_scan& result) const;

    bool enabled() const { return !folder_.empty(); }

private:
    std::string path_of(const compile_unit& unit) const;
    std::string digest_of_file(const std::string& path);

    std::string folder_;
    std::string salt_;
    std::mutex lock_;
    std::unordered_map<std::string, std::string> digests_;
};

std::string digest_of(std::string_view bytes);

/// $PVPORT_CACHE, else paravane/pvport in the user's cache folder; empty without a home.
std::string default_cache();

} // namespace paravane::port
