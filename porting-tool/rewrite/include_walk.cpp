// SPDX-License-Identifier: BSD-2-Clause
// The walk: names in a file once, paths looked up once.
#include "include_walk.hpp"

#include "edit.hpp"
#include "statement.hpp"

#include <deque>
#include <filesystem>

namespace paravane::port {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> include_paths(const compile_unit& unit) {
    std::vector<std::string> paths;
    const auto add = [&](const std::string& path) {
        paths.push_back(fs::path(path).is_absolute() ? path
                                                     : (fs::path(unit.directory) / path).string());
    };
    for (size_t i = 0; i < unit.command.size(); ++i) {
        const std::string& flag = unit.command[i];
        if ((flag == "-I" || flag == "-isystem" || flag == "-iquote") &&
            i + 1 < unit.command.size())
            add(unit.command[++i]);
        else if (flag.starts_with("-I"))
            add(flag.substr(2));
    }
    return paths;
}

std::vector<std::string> included_names(std::string_view text) {
    std::vector<std::string> names;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = trim(text.substr(at, end - at));
        at = end + 1;
        if (!line.starts_with('#') && !line.starts_with('.'))
            continue;
        line = trim(line.substr(1));
        if (!line.starts_with("include"))
            continue;
        line = trim(line.substr(7));
        if (line.size() < 3 || (line[0] != '"' && line[0] != '<'))
            continue;
        const size_t close = line.find(line[0] == '"' ? '"' : '>', 1);
        if (close != std::string_view::npos)
            names.emplace_back(line.substr(1, close - 1));
    }
    return names;
}

} // namespace

const std::vector<std::string>& include_walk::names_in(const std::string& path) {
    const auto known = names_.find(path);
    if (known != names_.end())
        return known->second;
    const auto text = read_file(path);
    return names_.emplace(path, text ? included_names(text.value()) : std::vector<std::string>{})
        .first->second;
}

std::string include_walk::resolve(const std::string& name, const std::string& from,
                                  const std::vector<std::string>& paths) {
    const auto there = [&](const std::string& base) -> std::string {
        const std::string asked = base + "/" + name;
        const auto known = canonical_.find(asked);
        if (known != canonical_.end())
            return known->second;
        std::error_code error;
        const fs::path found = fs::canonical(asked, error);
        const bool good = !error && fs::is_regular_file(found, error);
        return canonical_.emplace(asked, good ? found.string() : std::string{}).first->second;
    };
    std::string found = there(fs::path(from).parent_path().string());
    for (size_t i = 0; found.empty() && i < paths.size(); ++i)
        found = there(paths[i]);
    return found;
}

std::vector<std::string> include_walk::files_of(const compile_unit& unit) {
    std::set<std::string> seen;
    const std::vector<std::string> paths = include_paths(unit);
    std::deque<std::string> open{unit.file};
    while (!open.empty()) {
        const std::string file = open.front();
        open.pop_front();
        if (!seen.insert(file).second)
            continue;
        for (const std::string& name : names_in(file))
            if (std::string found = resolve(name, file, paths); !found.empty())
                open.push_back(std::move(found));
    }
    return {seen.begin(), seen.end()};
}

} // namespace paravane::port
