// SPDX-License-Identifier: BSD-2-Clause
// Unified diffs, made from the edits themselves: no search for differences.
#include "edit.hpp"

#include <algorithm>

namespace paravane::port {
namespace {

constexpr size_t CONTEXT = 3;

struct line_table {
    explicit line_table(std::string_view content) : text(content) {
        for (size_t at = 0; at < text.size();) {
            starts.push_back(at);
            const size_t newline = text.find('\n', at);
            at = newline == std::string_view::npos ? text.size() : newline + 1;
        }
    }
    size_t size() const { return starts.size(); }
    std::string_view line(size_t index) const {
        const size_t end = index + 1 < starts.size() ? starts[index + 1] : text.size();
        return text.substr(starts[index], end - starts[index]);
    }
    size_t index_of(size_t offset) const {
        const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
        return after == starts.begin() ? 0 : static_cast<size_t>(after - starts.begin()) - 1;
    }
    std::string_view text;
    std::vector<size_t> starts;
};

// Whole lines [first, last) of the old text and what becomes of them.
struct change {
    size_t first, last;
    std::string replacement;
};

bool inserts_lines(const edit& one, const line_table& lines) {
    return one.expected.empty() && one.text.ends_with('\n') &&
           (one.offset == lines.text.size() ||
            one.offset == lines.starts[lines.index_of(one.offset)]);
}

std::vector<change> whole_lines(const file_edits& file, const line_table& lines) {
    std::vector<change> changes;
    for (size_t i = 0; i < file.edits.size();) {
        if (inserts_lines(file.edits[i], lines)) {
            const size_t at = file.edits[i].offset == lines.text.size()
                                  ? lines.size()
                                  : lines.index_of(file.edits[i].offset);
            changes.push_back({at, at, file.edits[i].text});
            ++i;
            continue;
        }
        const size_t first = lines.index_of(file.edits[i].offset);
        size_t last = first;
        size_t next = i;
        while (next < file.edits.size() && lines.index_of(file.edits[next].offset) <= last &&
               !(next > i && inserts_lines(file.edits[next], lines))) {
            const edit& one = file.edits[next++];
            const size_t touched = one.expected.empty() ? one.offset : one.end() - 1;
            last = std::max(last, lines.index_of(touched));
        }
        const size_t begin = lines.size() == 0 ? 0 : lines.starts[first];
        const size_t end = last + 1 < lines.size() ? lines.starts[last + 1] : file.before.size();
        std::string text;
        size_t at = begin;
        for (size_t k = i; k < next; ++k) {
            text.append(file.before, at, file.edits[k].offset - at);
            text += file.edits[k].text;
            at = file.edits[k].end();
        }
        text.append(file.before, at, end - at);
        changes.push_back({first, std::min(last + 1, lines.size()), std::move(text)});
        i = next;
    }
    return changes;
}

void put(std::string& out, char mark, std::string_view line) {
    out += mark;
    out += line;
    if (!line.ends_with('\n'))
        out += "\n\\ No newline at end of file\n";
}

std::string range(size_t first, size_t count) {
    std::string out = std::to_string(count == 0 ? first : first + 1);
    return count == 1 ? out : out + "," + std::to_string(count);
}

} // namespace

std::string unified_diff(const std::string& name, const file_edits& file) {
    const line_table lines(file.before);
    const std::vector<change> changes = whole_lines(file, lines);
    std::string out;
    long shift = 0;
    for (size_t i = 0; i < changes.size();) {
        size_t last = i;
        while (last + 1 < changes.size() &&
               changes[last + 1].first <= changes[last].last + 2 * CONTEXT)
            ++last;
        const size_t begin = changes[i].first < CONTEXT ? 0 : changes[i].first - CONTEXT;
        const size_t end = std::min(lines.size(), changes[last].last + CONTEXT);
        std::string body;
        size_t at = begin;
        size_t added = 0;
        for (size_t k = i; k <= last; ++k) {
            for (; at < changes[k].first; ++at, ++added)
                put(body, ' ', lines.line(at));
            for (; at < changes[k].last; ++at)
                put(body, '-', lines.line(at));
            const line_table fresh(changes[k].replacement);
            for (size_t n = 0; n < fresh.size(); ++n, ++added)
                put(body, '+', fresh.line(n));
        }
        for (; at < end; ++at, ++added)
            put(body, ' ', lines.line(at));
        out += "@@ -" + range(begin, end - begin) + " +" +
               range(static_cast<size_t>(static_cast<long>(begin) + shift), added) + " @@\n" + body;
        shift += static_cast<long>(added) - static_cast<long>(end - begin);
        i = last + 1;
    }
    return out.empty() ? out : "--- a/" + name + "\n+++ b/" + name + "\n" + out;
}

std::string creation_diff(const std::string& name, std::string_view content) {
    const line_table lines(content);
    std::string out =
        "--- /dev/null\n+++ b/" + name + "\n@@ -0,0 +" + range(0, lines.size()) + " @@\n";
    for (size_t i = 0; i < lines.size(); ++i)
        put(out, '+', lines.line(i));
    return out;
}

std::string lines_diff(const file_edits& file, size_t begin, size_t end) {
    const size_t newline = begin == 0 ? std::string::npos : file.before.rfind('\n', begin - 1);
    const size_t first = newline == std::string::npos ? 0 : newline + 1;
    const size_t last =
        std::min(file.before.find('\n', std::max(end, begin + 1) - 1), file.before.size());
    std::string after;
    size_t at = first;
    for (const edit& change : file.edits) {
        if (change.offset < first || change.end() > last)
            continue;
        after.append(file.before, at, change.offset - at);
        after += change.text;
        at = change.end();
    }
    after.append(file.before, at, last - at);
    std::string out;
    const auto mark = [&](char sign, std::string_view text) {
        for (size_t from = 0; from <= text.size();) {
            const size_t to = std::min(text.find('\n', from), text.size());
            out += sign + std::string(text.substr(from, to - from)) + '\n';
            from = to + 1;
        }
    };
    mark('-', std::string_view(file.before).substr(first, last - first));
    mark('+', after);
    return out;
}

} // namespace paravane::port
