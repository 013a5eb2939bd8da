// SPDX-License-Identifier: BSD-2-Clause
// The edit engine: edits by file and byte offset, merged, checked against each
// other and against the bytes they were made for, shown as a unified diff. The
// front ends fill it, journal.hpp writes the result.
#pragma once

#include "census/outcome.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace paravane::port {

/// Replaces `expected` at `offset` by `text`. An empty `expected` inserts.
struct edit {
    size_t offset = 0;
    std::string expected;
    std::string text;
    std::string rule;

    size_t end() const { return offset + expected.size(); }
    bool same_change(const edit& other) const {
        return offset == other.offset && expected == other.expected && text == other.text;
    }
};

/// What a plan does to one file.
struct file_edits {
    std::vector<edit> edits; ///< sorted by offset, without overlap
    std::string before;      ///< bytes that the edits were made for
};

class edit_set {
public:
    /// Adds an edit; the same edit from another translation unit is added once.
    /// Fails when it overlaps a different one.
    outcome<bool> add(const std::string& path, edit change);

    /// Wants the guest header included at the top of the file.
    void want_header(const std::string& path) { headers_.insert(path); }

    /// Reads the files and checks that each edit finds the bytes it expects.
    outcome<bool> load();

    const std::map<std::string, file_edits>& files() const { return files_; }
    const std::set<std::string>& wants_header() const { return headers_; }
    bool empty() const { return files_.empty(); }

private:
    std::map<std::string, file_edits> files_;
    std::set<std::string> headers_;
};

/// The file's bytes after its edits. @pre the edits are sorted and fit `before`
std::string edited(const file_edits& file);

/// Unified diff with three lines of context; empty when nothing changes.
std::string unified_diff(const std::string& name, const file_edits& file);

/// The whole lines around bytes [begin, end) before and after, marked '-' and '+'.
std::string lines_diff(const file_edits& file, size_t begin, size_t end);

/// A diff of a file that is created.
std::string creation_diff(const std::string& name, std::string_view content);

outcome<std::string> read_file(const std::string& path);

/// 1-based line of an offset.
unsigned line_of(std::string_view text, size_t offset);

} // namespace paravane::port
