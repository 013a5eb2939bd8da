// SPDX-License-Identifier: BSD-2-Clause
// Walks #include by text (a superset of what one configuration reads) and asks
// the recognizer about each statement.
#include "asm_front.hpp"

#include <cctype>
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
        if (line.starts_with('#'))
            line = trim(line.substr(1));
        else if (line.starts_with('.'))
            line = line.substr(1);
        else
            continue;
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

std::string resolve(const std::string& name, const std::string& from,
                    const std::vector<std::string>& paths) {
    std::error_code error;
    const auto there = [&](const fs::path& base) -> std::string {
        const fs::path found = fs::canonical(base / name, error);
        return error || !fs::is_regular_file(found, error) ? std::string{} : found.string();
    };
    std::string found = there(fs::path(from).parent_path());
    for (size_t i = 0; found.empty() && i < paths.size(); ++i)
        found = there(paths[i]);
    return found;
}

operand_sample macro_argument(std::string_view after) {
    size_t length = 0;
    if (after.starts_with("()"))
        return {"", 2};
    while (length < after.size() &&
           (std::isalnum(static_cast<unsigned char>(after[length])) != 0 || after[length] == '_'))
        ++length;
    return {"r2", length};
}

} // namespace

std::vector<std::string> assembly_files(const std::vector<compile_unit>& units) {
    std::set<std::string> seen;
    for (const compile_unit& unit : units) {
        if (!unit.assembly)
            continue;
        const std::vector<std::string> paths = include_paths(unit);
        std::deque<std::string> open{unit.file};
        while (!open.empty()) {
            const std::string file = open.front();
            open.pop_front();
            if (!seen.insert(file).second)
                continue;
            const auto text = read_file(file);
            if (!text)
                continue;
            for (const std::string& name : included_names(text.value()))
                if (std::string found = resolve(name, file, paths); !found.empty())
                    open.push_back(std::move(found));
        }
    }
    return {seen.begin(), seen.end()};
}

std::vector<found_site> scan_assembly(const std::string& path, std::string_view text,
                                      recognizer& recognize) {
    std::vector<found_site> found;
    for (const statement& one : find_statements(text, text_flavour::source_file)) {
        const auto what =
            recognize.recognize(one.mnemonic(text), one.operands(text), isa::arm, macro_argument);
        if (!what)
            continue;
        found_site site;
        site.site = site_of(*what, std::string(text.substr(one.begin, one.end - one.begin)));
        site.site.place = {path, one.line};
        if (what->cls == sensitivity::harmless) {
            site.site.fate = disposition::harmless;
            site.site.rule = RULE_HARMLESS;
        } else {
            site.site.fate = disposition::trap;
            site.site.level = port_level::trap;
            site.site.rule = RULE_LEVEL0;
            for (const local_edit& local : what->level0)
                site.edits.push_back(
                    {path,
                     {one.begin + local.offset,
                      std::string(text.substr(one.begin + local.offset, local.length)), local.text,
                      std::string(RULE_LEVEL0)}});
        }
        found.push_back(std::move(site));
    }
    return found;
}

source_site site_of(const recognition& found, std::string text) {
    source_site site;
    site.text = std::move(text);
    site.identities = found.identities;
    site.cls = found.cls;
    site.category = "cpu";
    site.reason = found.reason;
    return site;
}

} // namespace paravane::port
