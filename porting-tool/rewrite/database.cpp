// SPDX-License-Identifier: BSD-2-Clause
// Readers of the three kinds of input. Which flags clang is spared: compiler_flags.cpp.
#include "database.hpp"

#include "census/inputs.hpp"
#include "edit.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <unordered_map>

namespace paravane::port {
namespace fs = std::filesystem;
namespace {

bool is_assembly(const std::string& file) {
    return file.ends_with(".S") || file.ends_with(".s");
}

std::string absolute_path(const std::string& directory, const std::string& file) {
    const fs::path path =
        fs::path(file).is_absolute() ? fs::path(file) : fs::path(directory) / file;
    std::error_code ignored;
    const fs::path real = fs::canonical(path, ignored);
    return ignored ? path.lexically_normal().string() : real.string();
}

// A kernel's units name the same headers a thousand times: each is looked up once.
class path_book {
public:
    explicit path_book(std::string directory) : directory_(std::move(directory)) {}

    const std::string& absolute(const std::string& file) {
        const auto known = known_.find(file);
        return known != known_.end()
                   ? known->second
                   : known_.emplace(file, absolute_path(directory_, file)).first->second;
    }
    const std::string& directory() const { return directory_; }

private:
    std::string directory_;
    std::unordered_map<std::string, std::string> known_;
};

outcome<compile_set> from_json(const std::string& path) {
    auto text = read_file(path);
    if (!text)
        return text.error();
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_array())
        return failure{path + ": no compile database (a JSON array is wanted); name "
                              "compile_commands.json or a build directory",
                       3};
    compile_set set;
    for (const auto& entry : json) {
        if (!entry.is_object() || !entry.contains("file") || !entry["file"].is_string())
            return failure{path + ": an entry has no \"file\"; write the database again", 3};
        compile_unit unit;
        unit.directory = entry.value("directory", fs::path(path).parent_path().string());
        unit.file = absolute_path(unit.directory, entry["file"].get<std::string>());
        unit.output = entry.value("output", std::string{});
        if (entry.contains("arguments") && entry["arguments"].is_array()) {
            for (const auto& argument : entry["arguments"])
                if (argument.is_string())
                    unit.command.push_back(argument.get<std::string>());
        } else {
            unit.command = split_command(entry.value("command", std::string{}));
        }
        unit.assembly = is_assembly(unit.file);
        set.units.push_back(std::move(unit));
    }
    return set;
}

// .foo.o.cmd: "cmd_foo.o := clang … -o foo.o foo.c", then source_ and deps_ lines.
void read_cmd_file(const std::string& path, path_book& paths, compile_set& set) {
    const auto text = read_file(path);
    if (!text)
        return;
    const std::string& all = text.value();
    const size_t assign = all.find(" := ");
    // Before 2.6.38 the source was the first dependency and had no line of its own.
    const size_t named = all.find("\nsource_");
    const size_t listed = all.find("\ndeps_");
    const size_t source = std::min(named, listed);
    if (assign == std::string::npos || source == std::string::npos)
        return;
    compile_unit unit;
    unit.directory = paths.directory();
    std::string line = all.substr(assign + 4, all.find('\n', assign) - assign - 4);
    if (const size_t more = line.find(" ; "); more != std::string::npos)
        line.resize(more);
    unit.command = split_command(line);
    if (named != std::string::npos) {
        const size_t name = all.find(" := ", named) + 4;
        unit.file = paths.absolute(all.substr(name, all.find('\n', name) - name));
    }
    const size_t deps = all.find("\ndeps_", source);
    for (size_t at = deps; at != std::string::npos && at < all.size();) {
        const size_t end = std::min(all.find('\n', at + 1), all.size());
        std::string word = all.substr(at + 1, end - at - 1);
        const bool goes_on = word.ends_with('\\');
        word.erase(std::remove_if(word.begin(), word.end(),
                                  [](char c) { return c == ' ' || c == '\\' || c == '\t'; }),
                   word.end());
        if (!word.empty() && !word.starts_with("deps_") && !word.starts_with("$"))
            unit.depends.push_back(paths.absolute(word));
        if (unit.file.empty() && !unit.depends.empty())
            unit.file = unit.depends.front();
        if (!goes_on)
            break;
        at = end;
    }
    unit.assembly = is_assembly(unit.file);
    const auto is_source = [](const std::string& file) {
        return file.ends_with(".c") || file.ends_with(".S") || file.ends_with(".s") ||
               file.ends_with(".cpp") || file.ends_with(".cc");
    };
    for (size_t i = 0; i + 1 < unit.command.size(); ++i)
        if (unit.command[i] == "-o")
            unit.output = unit.command[i + 1];
    // Kbuild's own programs run on the build machine and lack this definition.
    const bool of_kernel =
        std::find(unit.command.begin(), unit.command.end(), "-D__KERNEL__") != unit.command.end();
    if (of_kernel && is_source(unit.file) && unit.output.ends_with(".o"))
        set.units.push_back(std::move(unit));
}

outcome<compile_set> from_kbuild(const std::string& directory) {
    compile_set set;
    std::error_code error;
    const std::string root = fs::canonical(directory, error).string();
    if (error)
        return failure{directory + ": no such build directory", 3};
    std::vector<std::string> found;
    for (auto it = fs::recursive_directory_iterator(
             root, fs::directory_options::skip_permission_denied, error);
         it != fs::recursive_directory_iterator(); it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (name.starts_with(".") && name.ends_with(".o.cmd"))
            found.push_back(it->path().string());
    }
    std::sort(found.begin(), found.end());
    path_book paths(root);
    for (const std::string& path : found)
        read_cmd_file(path, paths, set);
    if (set.units.empty())
        return failure{directory + ": neither compile_commands.json nor .*.o.cmd files; build "
                                   "the guest first ('bear -- make' writes a database) or name "
                                   "its sources",
                       3};
    return set;
}

outcome<compile_set> from_list(const database_request& request) {
    compile_set set;
    for (const std::string& file : request.files) {
        compile_unit unit;
        unit.directory = fs::current_path().string();
        unit.file = absolute_path(unit.directory, file);
        unit.command = {"clang"};
        unit.command.insert(unit.command.end(), request.flags.begin(), request.flags.end());
        unit.command.push_back(unit.file);
        unit.assembly = is_assembly(file);
        set.units.push_back(std::move(unit));
    }
    return set;
}

// Turns every mention of one tree into another.
void move_tree(compile_set& set, const std::string& from, const std::string& to) {
    const auto move = [&](std::string& text) {
        for (size_t at = text.find(from); at != std::string::npos;
             at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    };
    for (compile_unit& unit : set.units) {
        move(unit.file);
        for (std::string& word : unit.command)
            move(word);
        for (std::string& path : unit.depends)
            move(path);
    }
}

outcome<compile_set> from_database(const std::string& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        return failure{path + ": no such compile database or build directory", 3};
    if (!fs::is_directory(path, ignored))
        return from_json(path);
    // The database that a Linux tree writes of itself lists no assembly.
    auto set = from_kbuild(path);
    const fs::path json = fs::path(path) / "compile_commands.json";
    return !set && fs::exists(json, ignored) ? from_json(json.string()) : set;
}

outcome<compile_set> from_databases(const std::vector<std::string>& paths) {
    compile_set all;
    unsigned index = 0;
    for (const std::string& path : paths) {
        auto set = from_database(path);
        if (!set)
            return set;
        for (compile_unit& unit : set->units)
            unit.configuration = index;
        index += 2;
        all.units.insert(all.units.end(), std::make_move_iterator(set->units.begin()),
                         std::make_move_iterator(set->units.end()));
    }
    return all;
}

} // namespace

outcome<compile_set> read_units(const database_request& request) {
    if (request.files.empty() && request.databases.empty())
        return failure{"no database: name a compile_commands.json, a build directory, or files", 3};
    std::error_code ignored;
    outcome<compile_set> set =
        request.files.empty() ? from_databases(request.databases) : from_list(request);
    if (!set)
        return set;
    if (!request.built_tree.empty())
        move_tree(*set, fs::canonical(request.built_tree, ignored).string(),
                  fs::canonical(request.tree, ignored).string());
    for (compile_unit& unit : set->units) {
        if (!fs::exists(unit.file, ignored))
            return failure{unit.file + ": named by the database, but not there; write the "
                                       "database again",
                           3};
        unit.command = without_gcc_flags(unit.command, set->dropped_flags);
        unit.command.insert(unit.command.end(), request.added.begin(), request.added.end());
        unit.configuration += is_thumb(unit.command) ? 1 : 0;
    }
    std::stable_sort(set->units.begin(), set->units.end(),
                     [](const compile_unit& a, const compile_unit& b) {
                         return a.configuration < b.configuration;
                     });
    return set;
}

} // namespace paravane::port
