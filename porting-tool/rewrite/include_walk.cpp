// SPDX-License-Identifier: BSD-2-Clause
// The walk: names in a file once, paths looked up once, and once a list of folders.
#include "include_walk.hpp"

#include "edit.hpp"
#include "statement.hpp"

#include <algorithm>
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

} // namespace

include_walk::file_id include_walk::number_of(const std::string& path) {
    const auto [known, fresh] = numbers_.emplace(path, static_cast<file_id>(files_.size()));
    if (!fresh)
        return known->second;
    source file{path, {}};
    const auto read = read_file(path);
    const std::string_view text = read ? std::string_view(read.value()) : std::string_view{};
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
            file.names.push_back({std::string(line.substr(1, close - 1)), line[0] == '"'});
    }
    files_.push_back(std::move(file));
    return known->second;
}

include_walk::file_id include_walk::at(const std::string& folder, const std::string& name) {
    const auto [known, fresh] = asked_.emplace(folder + "/" + name, NOT_THERE);
    if (!fresh)
        return known->second;
    std::error_code error;
    const fs::path asked = fs::path(name).is_absolute() ? fs::path(name) : fs::path(known->first);
    const fs::path found = fs::canonical(asked, error);
    const file_id file =
        !error && fs::is_regular_file(found, error) ? number_of(found.string()) : NOT_THERE;
    return asked_[folder + "/" + name] = file;
}

const std::vector<include_walk::file_id>& include_walk::includes_of(file_id file, context& under) {
    const auto known = under.direct.find(file);
    if (known != under.direct.end())
        return known->second;
    std::vector<file_id> found;
    const std::string beside = fs::path(files_[file].path).parent_path().string();
    const std::vector<included> names = files_[file].names;
    for (const included& one : names) {
        file_id there = one.quoted ? at(beside, one.name) : NOT_THERE;
        for (size_t i = 0; there == NOT_THERE && i < under.folders.size(); ++i)
            there = at(under.folders[i], one.name);
        if (there != NOT_THERE)
            found.push_back(there);
    }
    return under.direct.emplace(file, std::move(found)).first->second;
}

std::vector<std::string> include_walk::files_of(const compile_unit& unit) {
    std::vector<std::string> folders = include_paths(unit);
    context& under = contexts_[folders];
    under.folders = std::move(folders);
    std::vector<file_id> open{number_of(unit.file)};
    for (size_t i = 0; i + 1 < unit.command.size(); ++i)
        if (unit.command[i] == "-include")
            if (const file_id file = at(unit.directory, unit.command[i + 1]); file != NOT_THERE)
                open.push_back(file);
    std::vector<bool> seen;
    std::vector<std::string> all;
    while (!open.empty()) {
        const file_id file = open.back();
        open.pop_back();
        seen.resize(files_.size());
        if (seen[file])
            continue;
        seen[file] = true;
        all.push_back(files_[file].path);
        const auto& next = includes_of(file, under);
        open.insert(open.end(), next.begin(), next.end());
    }
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace paravane::port
