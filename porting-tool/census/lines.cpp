// SPDX-License-Identifier: BSD-2-Clause
// Goes through the line tables one by one and keeps none of them, so that a
// kernel with full debug information needs little memory.
#include "lines.hpp"

#include "line_program.hpp"

#include <algorithm>

namespace paravane::port {
namespace {

/// The queries by address, so that a sequence finds its own by bisection.
class query_index {
public:
    query_index(std::span<line_query> queries, bool relocatable) : relocatable_(relocatable) {
        for (line_query& query : queries)
            sorted_.push_back(&query);
        std::sort(sorted_.begin(), sorted_.end(),
                  [](const auto* a, const auto* b) { return a->address < b->address; });
    }

    void answer(const line_files& files, const line_sequence& sequence) {
        const auto& rows = sequence.rows;
        const auto by_address = [](const line_row& a, const line_row& b) {
            return a.address < b.address;
        };
        if (!std::is_sorted(rows.begin(), rows.end(), by_address))
            return;
        auto it = std::lower_bound(
            sorted_.begin(), sorted_.end(), rows.front().address,
            [](const line_query* query, uint32_t low) { return query->address < low; });
        for (; it != sorted_.end() && (*it)->address < rows.back().address; ++it) {
            if (relocatable_ && (*it)->section != sequence.section)
                continue;
            const auto behind =
                std::upper_bound(rows.begin(), rows.end(), line_row{(*it)->address}, by_address);
            const line_row& row = *std::prev(behind);
            if (std::string path = files.path_of(row.file); !path.empty())
                (*it)->answer = {std::move(path), row.line};
        }
    }

private:
    std::vector<line_query*> sorted_;
    bool relocatable_;
};

} // namespace

void find_lines(const elf_image& image, std::span<line_query> queries) {
    if (queries.empty())
        return;
    query_index index(queries, image.relocatable());
    for_each_sequence(image, [&](const line_files& files, const line_sequence& sequence) {
        index.answer(files, sequence);
    });
}

} // namespace paravane::port
