// SPDX-License-Identifier: BSD-2-Clause
// Merging, checking and applying of edits.
#include "edit.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace paravane::port {
namespace {

// Insertions at one place stay in the order given; a replacement follows them.
bool overlaps(const edit& a, const edit& b) {
    if (a.expected.empty() && b.expected.empty())
        return a.offset == b.offset;
    if (a.expected.empty())
        return a.offset > b.offset && a.offset < b.end();
    if (b.expected.empty())
        return b.offset > a.offset && b.offset < a.end();
    return a.offset < b.end() && b.offset < a.end();
}

} // namespace

outcome<bool> edit_set::add(const std::string& path, edit change) {
    auto& edits = files_[path].edits;
    for (const edit& other : edits) {
        if (other.same_change(change))
            return false;
        if (overlaps(other, change))
            return failure{path + ": byte " + std::to_string(change.offset) + ": rule '" +
                               change.rule + "' and rule '" + other.rule +
                               "' want different edits of one place; narrow one of them",
                           3};
    }
    const auto where =
        std::upper_bound(edits.begin(), edits.end(), change, [](const edit& a, const edit& b) {
            return a.offset != b.offset ? a.offset < b.offset
                                        : a.expected.empty() && !b.expected.empty();
        });
    edits.insert(where, std::move(change));
    return true;
}

outcome<bool> edit_set::load() {
    for (auto& [path, file] : files_) {
        auto bytes = read_file(path);
        if (!bytes)
            return bytes.error();
        file.before = std::move(*bytes);
        for (const edit& change : file.edits)
            if (file.before.compare(change.offset, change.expected.size(), change.expected) != 0)
                return failure{path + ":" + std::to_string(line_of(file.before, change.offset)) +
                                   ": the file changed while it was read; run again",
                               3};
    }
    return true;
}

std::string edited(const file_edits& file) {
    std::string out;
    size_t at = 0;
    for (const edit& change : file.edits) {
        out.append(file.before, at, change.offset - at);
        out += change.text;
        at = change.end();
    }
    out.append(file.before, at);
    return out;
}

outcome<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return failure{path + ": cannot be read: " + std::strerror(errno), 4};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    if (in.bad())
        return failure{path + ": cannot be read: " + std::strerror(errno), 4};
    return std::move(bytes).str();
}

unsigned line_of(std::string_view text, size_t offset) {
    offset = std::min(offset, text.size());
    return 1 + static_cast<unsigned>(
                   std::count(text.begin(), text.begin() + static_cast<long>(offset), '\n'));
}

} // namespace paravane::port
