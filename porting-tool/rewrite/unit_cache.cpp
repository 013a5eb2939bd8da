// SPDX-License-Identifier: BSD-2-Clause
// One JSON file a unit, written whole or not at all. A file that does not read
// as one of ours counts as absent.
#include "unit_cache.hpp"

#include "edit.hpp"

#include <llvm/ADT/ArrayRef.h>
#include <llvm/Support/xxhash.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace paravane::port {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr size_t MOST_ENTRIES = 4096;

json to_json(const source_place& place) {
    return {place.file, place.line};
}
source_place place_from(const json& in) {
    return {in.at(0), in.at(1)};
}

json to_json(const found_site& found) {
    const source_site& site = found.site;
    json edits = json::array();
    for (const found_edit& one : found.edits)
        edits.push_back({one.path, one.change.offset, one.change.expected, one.change.text,
                         one.change.rule, one.needs_header});
    std::vector<int> open;
    for (const kind what : site.open)
        open.push_back(static_cast<int>(what));
    // clang-format off
    return {to_json(site.place), to_json(site.expansion), site.function, site.macro, site.text,
            site.identities, static_cast<int>(site.cls), site.category,
            static_cast<int>(site.fate), static_cast<int>(site.level), site.rule, site.reason,
            std::move(edits), open};
    // clang-format on
}

found_site site_from(const json& in) {
    found_site found;
    source_site& site = found.site;
    site.place = place_from(in.at(0));
    site.expansion = place_from(in.at(1));
    site.function = in.at(2);
    site.macro = in.at(3);
    site.text = in.at(4);
    site.identities = in.at(5).get<std::vector<uint32_t>>();
    site.cls = static_cast<sensitivity>(in.at(6).get<int>());
    site.category = in.at(7);
    site.fate = static_cast<disposition>(in.at(8).get<int>());
    site.level = static_cast<port_level>(in.at(9).get<int>());
    site.rule = in.at(10);
    site.reason = in.at(11);
    for (const json& one : in.at(12))
        found.edits.push_back({one.at(0), {one.at(1), one.at(2), one.at(3), one.at(4)}, one.at(5)});
    for (const json& what : in.at(13))
        site.open.push_back(static_cast<kind>(what.get<int>()));
    return found;
}

// Oldest first, and only when there are far too many.
void prune(const fs::path& folder) {
    std::vector<std::pair<fs::file_time_type, fs::path>> entries;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
        entries.emplace_back(entry.last_write_time(error), entry.path());
    if (entries.size() <= MOST_ENTRIES)
        return;
    std::sort(entries.begin(), entries.end());
    for (size_t i = 0; i < entries.size() - MOST_ENTRIES / 2; ++i)
        fs::remove(entries[i].second, error);
}

} // namespace

std::string digest_of(std::string_view bytes) {
    const auto hash =
        llvm::xxh3_128bits({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                  static_cast<unsigned long long>(hash.low64));
    return text;
}

std::string default_cache() {
    if (const char* set = std::getenv("PVPORT_CACHE"); set != nullptr)
        return set;
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    if (cache != nullptr && *cache == '/')
        return std::string(cache) + "/paravane/pvport";
    return home != nullptr && *home == '/' ? std::string(home) + "/.cache/paravane/pvport"
                                           : std::string{};
}

unit_cache::unit_cache(std::string folder, const std::string& salt) : folder_(std::move(folder)) {
    if (folder_.empty())
        return;
    const auto tool = read_file("/proc/self/exe");
    salt_ = digest_of((tool ? digest_of(tool.value()) : std::string{}) + salt);
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error || !tool || ::access(folder_.c_str(), W_OK) != 0)
        folder_.clear();
    else
        prune(folder_);
}

std::string unit_cache::path_of(const compile_unit& unit) const {
    std::string all = salt_ + '\0' + unit.directory + '\0' + unit.file;
    for (const std::string& word : unit.command)
        all += '\0' + word;
    return (fs::path(folder_) / (digest_of(all) + ".json")).string();
}

std::string unit_cache::digest_of_file(const std::string& path) {
    {
        const std::scoped_lock held(lock_);
        if (const auto known = digests_.find(path); known != digests_.end())
            return known->second;
    }
    const auto text = read_file(path);
    std::string digest = text ? digest_of(text.value()) : std::string{};
    const std::scoped_lock held(lock_);
    return digests_.emplace(path, std::move(digest)).first->second;
}

std::optional<unit_scan> unit_cache::find(const compile_unit& unit) {
    if (!enabled())
        return std::nullopt;
    std::ifstream in(path_of(unit), std::ios::binary);
    if (!in)
        return std::nullopt;
    try {
        const json kept = json::parse(in);
        for (const json& file : kept.at("files"))
            if (digest_of_file(file.at(0)) != file.at(1).get<std::string>())
                return std::nullopt;
        unit_scan result;
        for (const json& line : kept.at("seen"))
            result.seen.emplace(line.at(0), line.at(1));
        for (const json& line : kept.at("defined"))
            result.defined.emplace(line.at(0), line.at(1));
        for (const json& site : kept.at("sites"))
            result.sites.push_back(site_from(site));
        return result;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

void unit_cache::keep(const compile_unit& unit, const unit_scan& result) const {
    if (!enabled())
        return;
    json sites = json::array();
    for (const found_site& site : result.sites)
        sites.push_back(to_json(site));
    const json all = {{"files", result.files},
                      {"seen", result.seen},
                      {"defined", result.defined},
                      {"sites", std::move(sites)}};
    const std::string path = path_of(unit);
    const std::string partial = path + "." + std::to_string(::getpid());
    {
        std::ofstream out(partial, std::ios::binary);
        out << all.dump(-1, ' ', false, json::error_handler_t::replace);
        if (!out.flush()) {
            std::remove(partial.c_str());
            return;
        }
    }
    std::rename(partial.c_str(), path.c_str());
}

} // namespace paravane::port
