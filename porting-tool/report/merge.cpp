// SPDX-License-Identifier: BSD-2-Clause
// Joins the reports of shards, and picks the writer for a format.
#include "terminal.hpp"
#include "writers.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace paravane::port {
namespace {

auto key_of(const object_site& s) {
    return std::tie(s.object, s.section, s.address);
}

auto key_of(const source_site& s) {
    return std::tie(s.place.file, s.place.line, s.text, s.unit, s.category);
}

/// Sorted, each key once; the first of several wins.
template <typename Site>
void sort_unique(std::vector<Site>& sites) {
    std::stable_sort(sites.begin(), sites.end(),
                     [](const Site& a, const Site& b) { return key_of(a) < key_of(b); });
    sites.erase(std::unique(sites.begin(), sites.end(),
                            [](const Site& a, const Site& b) { return key_of(a) == key_of(b); }),
                sites.end());
}

} // namespace

outcome<report> merge_reports(std::vector<report> parts) {
    report all;
    for (size_t i = 0; i < parts.size(); ++i) {
        report& part = parts[i];
        if (i == 0) {
            all.tree = part.tree;
            all.configuration = part.configuration;
        } else if (part.tree != all.tree || part.configuration != all.configuration) {
            return failure{"report " + std::to_string(i + 1) + " is of tree '" + part.tree +
                               "', the first of '" + all.tree + "'; merge reports of one scan",
                           3};
        }
        std::move(part.objects.begin(), part.objects.end(), std::back_inserter(all.objects));
        std::move(part.sources.begin(), part.sources.end(), std::back_inserter(all.sources));
        std::move(part.notes.begin(), part.notes.end(), std::back_inserter(all.notes));
        all.objects_read += part.objects_read;
        all.instructions += part.instructions;
    }
    sort_unique(all.objects);
    sort_unique(all.sources);
    std::sort(all.notes.begin(), all.notes.end());
    all.notes.erase(std::unique(all.notes.begin(), all.notes.end()), all.notes.end());
    return all;
}

std::string write_report(const report& all, std::string_view format) {
    if (format == "json")
        return to_json(all);
    if (format == "sarif")
        return to_sarif(all);
    if (format == "html")
        return to_html(all);
    return scan_summary(all);
}

} // namespace paravane::port
