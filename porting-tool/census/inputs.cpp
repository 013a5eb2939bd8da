// SPDX-License-Identifier: BSD-2-Clause
// Reads what the build left behind. Nothing is executed.
#include "inputs.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace paravane::port {
namespace {

namespace fs = std::filesystem;

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// The path behind "source_… :=" of a .cmd file; composite objects have none.
std::string source_of_cmd(const fs::path& path) {
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);)
        if (line.rfind("source_", 0) == 0)
            if (const size_t at = line.find(":= "); at != std::string::npos)
                return line.substr(at + 3);
    return {};
}

outcome<object_list> objects_of_kbuild(const fs::path& root) {
    object_list list;
    std::error_code error;
    for (auto it = fs::recursive_directory_iterator(root, error); it != fs::end(it);
         it.increment(error)) {
        if (error)
            break;
        const std::string name = it->path().filename().string();
        if (name.size() < 8 || name[0] != '.' || !ends_with(name, ".o.cmd"))
            continue;
        const std::string unit = source_of_cmd(it->path());
        if (unit.empty())
            continue;
        const std::string object = name.substr(1, name.size() - 5);
        list.objects.push_back({(it->path().parent_path() / object).string(), unit});
    }
    if (error)
        return failure{root.string() + ": cannot read the folder: " + error.message(), 4};
    if (list.objects.empty())
        return failure{root.string() + ": no .*.o.cmd file of Kbuild below this folder; give the "
                                       "build folder or a compile_commands.json",
                       3};
    return list;
}

std::string output_of(const nlohmann::json& entry) {
    if (entry.contains("output") && entry["output"].is_string())
        return entry["output"];
    std::vector<std::string> words;
    if (entry.contains("arguments") && entry["arguments"].is_array()) {
        for (const auto& word : entry["arguments"])
            words.push_back(word.is_string() ? word.get<std::string>() : "");
    } else if (entry.contains("command") && entry["command"].is_string()) {
        words = split_command(entry["command"].get<std::string>());
    }
    for (size_t i = 0; i + 1 < words.size(); ++i)
        if (words[i] == "-o")
            return words[i + 1];
    return {};
}

outcome<object_list> objects_of_database(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return failure{path.string() + ": cannot open the compile database", 3};
    const auto root = nlohmann::json::parse(in, nullptr, false);
    if (!root.is_array())
        return failure{path.string() + ": not a compile database (a JSON array)", 3};
    object_list list;
    size_t without = 0;
    for (const auto& entry : root) {
        if (!entry.is_object() || !entry.contains("directory") || !entry["directory"].is_string() ||
            !entry.contains("file") || !entry["file"].is_string())
            return failure{path.string() + ": an entry lacks 'directory' or 'file'", 3};
        const fs::path folder = entry["directory"].get<std::string>();
        const std::string output = output_of(entry);
        if (output.empty())
            ++without;
        else
            list.objects.push_back({(folder / output).lexically_normal().string(),
                                    (folder / entry["file"].get<std::string>()).string()});
    }
    if (list.objects.empty())
        return failure{path.string() + ": names no object; give the objects themselves", 3};
    if (without != 0)
        list.notes.push_back(path.string() + ": " + std::to_string(without) +
                             " entries name no object");
    return list;
}

/// Sorts, checks that each object is there, leaves out what runs on the build machine.
outcome<object_list> finish(object_list list, const std::string& from) {
    auto& all = list.objects;
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    all.erase(std::unique(all.begin(), all.end(),
                          [](const auto& a, const auto& b) { return a.path == b.path; }),
              all.end());
    std::vector<object_input> kept;
    size_t foreign = 0;
    for (object_input& input : all) {
        unsigned char head[20] = {};
        std::ifstream in(input.path, std::ios::binary);
        if (!in)
            return failure{from + ": object " + input.path + " is missing; build again", 3};
        in.read(reinterpret_cast<char*>(head), sizeof head);
        constexpr unsigned char OTHER_CLASS = 2;
        constexpr unsigned char ARM = 40;
        const bool elf = in.gcount() == sizeof head && head[0] == 0x7f && head[1] == 'E';
        if (elf && (head[4] == OTHER_CLASS || (head[18] != ARM && head[19] != ARM)))
            ++foreign;
        else
            kept.push_back(std::move(input));
    }
    if (kept.empty() && foreign != 0)
        return failure{from + ": every object is for another machine than 32-bit ARM", 3};
    if (foreign != 0)
        list.notes.push_back(from + ": " + std::to_string(foreign) +
                             " objects for the build machine left out");
    list.objects = std::move(kept);
    return list;
}

} // namespace

std::vector<std::string> split_command(std::string_view line) {
    std::vector<std::string> out;
    std::string word;
    bool open = false;
    char quote = '\0';
    for (size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote == '\'') {
            if (c == quote)
                quote = '\0';
            else
                word += c;
        } else if (c == '\\' && i + 1 < line.size()) {
            word += line[++i];
            open = true;
        } else if (c == '"' || c == '\'') {
            quote = quote == c ? '\0' : c;
            open = true;
        } else if (quote == '\0' && std::isspace(static_cast<unsigned char>(c)) != 0) {
            if (open)
                out.push_back(std::move(word));
            word.clear();
            open = false;
        } else {
            word += c;
            open = true;
        }
    }
    if (open)
        out.push_back(std::move(word));
    return out;
}

outcome<object_list> objects_of_build(const std::string& path) {
    std::error_code error;
    if (!fs::exists(path, error))
        return failure{path + ": no such build folder or compile database", 3};
    const fs::path json = fs::path(path) / "compile_commands.json";
    auto list = fs::is_directory(path, error) ? objects_of_kbuild(path) : objects_of_database(path);
    if (!list && fs::exists(json, error))
        list = objects_of_database(json);
    return list ? finish(std::move(*list), path) : list;
}

outcome<object_list> objects_of_list(const std::string& path) {
    std::ifstream in(path);
    if (!in)
        return failure{path + ": cannot open the list", 3};
    object_list list;
    for (std::string line; std::getline(in, line);)
        if (!line.empty() && line[0] != '#')
            list.objects.push_back({line, ""});
    if (list.objects.empty())
        return failure{path + ": the list is empty", 3};
    return finish(std::move(list), path);
}

std::optional<shard> parse_shard(std::string_view text) {
    shard result;
    const char* end = text.data() + text.size();
    const auto index = std::from_chars(text.data(), end, result.index);
    if (index.ec != std::errc{} || index.ptr == end || *index.ptr != '/')
        return std::nullopt;
    const auto count = std::from_chars(index.ptr + 1, end, result.count);
    if (count.ec != std::errc{} || count.ptr != end || result.index == 0 ||
        result.index > result.count)
        return std::nullopt;
    return result;
}

void take_shard(object_list& list, shard which) {
    std::vector<object_input> kept;
    for (size_t i = which.index - 1; i < list.objects.size(); i += which.count)
        kept.push_back(std::move(list.objects[i]));
    list.objects = std::move(kept);
}

} // namespace paravane::port
