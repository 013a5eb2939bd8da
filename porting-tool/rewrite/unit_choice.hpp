// SPDX-License-Identifier: BSD-2-Clause
// Chooses the units worth parsing: enough to see every line of C or C++ that
// could hold a sensitive instruction once. Most of a kernel's files add nothing
// but time. Feeds c_front.hpp.
#pragma once

#include "include_walk.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace paravane::port {

/// A line whose string literals name a mnemonic that could be sensitive.
struct wanted_line {
    std::string file;
    unsigned line = 0;
    std::string macro;    ///< the macro whose body it stands in, else empty
    unsigned defined = 0; ///< line of that macro's #define
    bool certain = true;  ///< false: text made from tokens, which may turn out to be anything

    auto operator<=>(const wanted_line&) const = default;
};

class unit_choice {
public:
    /// Reads what the units depend on, by the build's own list or by #include.
    unit_choice(std::span<const compile_unit> units, include_walk& walk);

    /// The lines that must be seen.
    const std::vector<wanted_line>& lines() const { return lines_; }

    /// A small set of units that reads every file with a wanted line.
    std::vector<const compile_unit*> cover() const;

    /// Further units that name the macros of lines not seen yet, `done` left out. Gives a
    /// macro up after a few units: one that none of them expands is one that none needs.
    std::vector<const compile_unit*> more(const std::set<wanted_line>& unseen,
                                          const std::set<const compile_unit*>& done);

private:
    struct source_file {
        std::vector<wanted_line> lines;
        std::unordered_set<uint64_t> words; ///< hashes of identifiers, of files but headers
        std::vector<unsigned> readers;      ///< units, for files with wanted lines
    };

    unsigned number_of(const std::string& path);
    void add_unit(const compile_unit& unit, include_walk& walk);
    bool names(const compile_unit& unit, const std::string& macro) const;

    std::span<const compile_unit> units_;
    std::unordered_map<std::string, unsigned> numbers_;
    std::vector<source_file> files_;
    std::vector<std::vector<unsigned>> wanted_; ///< by unit: files with wanted lines that it reads
    std::vector<size_t> sizes_;                 ///< by unit: files that it reads
    std::map<std::string, unsigned> tries_;     ///< by macro
    std::vector<wanted_line> lines_;
};

/// The wanted lines of one file's text.
std::vector<wanted_line> wanted_lines(const std::string& path, std::string_view text);

} // namespace paravane::port
