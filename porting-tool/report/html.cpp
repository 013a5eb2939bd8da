// SPDX-License-Identifier: BSD-2-Clause
// One self-contained HTML file: the data as JSON, the page of html_page.hpp
// around it. No network, no other file.
#include "html_page.hpp"
#include "terminal.hpp"
#include "writers.hpp"

#include <nlohmann/json.hpp>

#include <map>

namespace paravane::port {
namespace {

using json = nlohmann::ordered_json;

/// Strings that repeat (files, functions, edits) are stored once and named by index.
class string_pool {
public:
    size_t index(const std::string& text) {
        const auto [it, added] = known_.emplace(text, all_.size());
        if (added)
            all_.push_back(text);
        return it->second;
    }
    const json& all() const { return all_; }

private:
    std::map<std::string, size_t> known_;
    json all_ = json::array();
};

std::string relative(const report& all, const std::string& path) {
    const std::string prefix = all.tree + "/";
    return path.substr(0, prefix.size()) == prefix ? path.substr(prefix.size()) : path;
}

std::string file_of(const report& all, const object_site& site) {
    if (!site.place.file.empty())
        return relative(all, site.place.file);
    return relative(all, site.unit.find('/') != std::string::npos ? site.unit : site.object);
}

json rows_of(const report& all, string_pool& pool) {
    json rows = json::array();
    for (const object_site& site : all.objects)
        rows.push_back({pool.index(file_of(all, site)), site.place.line, pool.index(site.function),
                        site.function_offset, site.encoding, pool.index(site.text),
                        pool.index(std::string(name_of(site.cls))),
                        pool.index(std::string(name_of(site.fate))), static_cast<int>(site.level),
                        pool.index(site.rule), pool.index(site.reason), pool.index(site.edit)});
    for (const source_site& site : all.sources)
        rows.push_back(
            {pool.index(relative(all, site.place.file)), site.place.line,
             pool.index(site.macro.empty() ? site.function : site.macro), 0, 0,
             pool.index(site.text),
             pool.index(site.category.empty() || site.category == "cpu" ? "source" : site.category),
             pool.index(std::string(name_of(site.fate))), static_cast<int>(site.level),
             pool.index(site.rule), pool.index(site.reason), pool.index(site.edit)});
    return rows;
}

/// JSON inside a script element must not close it.
std::string for_script(const json& value) {
    std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    for (size_t at = 0; (at = text.find('<', at)) != std::string::npos; at += 6)
        text.replace(at, 1, "\\u003c");
    return text;
}

} // namespace

std::string to_html(const report& all) {
    string_pool pool;
    const json rows = rows_of(all, pool);
    const json data = {{"tree", all.tree},
                       {"configuration", all.configuration},
                       {"files", all.objects_read},
                       {"instructions", all.instructions},
                       {"sites", all.objects.size()},
                       {"notes", all.notes},
                       {"strings", pool.all()},
                       {"rows", rows}};
    return std::string(HTML_BEFORE_DATA) + for_script(data) + std::string(HTML_AFTER_DATA);
}

} // namespace paravane::port
