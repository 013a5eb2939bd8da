// SPDX-License-Identifier: BSD-2-Clause
// Chooses the units worth parsing: enough to see every line of C or C++ that
// could hold a sensitive instruction once. Most of a kernel's files add nothing
// but time. Feeds c_front.hpp.
#pragma once

#include "database.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace paravane::port {

/// A line whose string literals name a mnemonic that could be sensitive.
struct wanted_line {
    std::string file;
    unsigned line = 0;
    std::string macro; ///< the macro whose body it stands in, else empty

    auto operator<=>(const wanted_line&) const = default;
};

class unit_choice {
public:
    /// Reads what the units depend on, by the build's own list or by #include.
    explicit unit_choice(const std::vector<compile_unit>& units);

    /// The lines that must be seen.
    const std::vector<wanted_line>& lines() const { return lines_; }

    /// A small set of units that reads every file with a wanted line.
    std::vector<const compile_unit*> cover() const;

    /// Further units that name the macros of lines not seen yet, `done` left out.
    std::vector<const compile_unit*> more(const std::set<wanted_line>& unseen,
                                          const std::set<const compile_unit*>& done) const;

private:
    struct source_file {
        std::vector<wanted_line> lines;
        std::set<uint64_t> words; ///< hashes of identifiers, for files that use macros
    };

    const source_file& file(const std::string& path);
    bool names(const compile_unit& unit, const std::string& macro) const;

    const std::vector<compile_unit>& units_;
    std::map<std::string, source_file> files_;
    std::vector<std::vector<std::string>> depends_; ///< by unit, itself included
    std::vector<wanted_line> lines_;
};

/// The wanted lines of one file's text.
std::vector<wanted_line> wanted_lines(const std::string& path, std::string_view text);

} // namespace paravane::port
