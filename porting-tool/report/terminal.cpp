// SPDX-License-Identifier: BSD-2-Clause
// Counts and lines, in columns that stay narrow.
#include "terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

namespace paravane::port {
namespace {

std::string hex(uint64_t value, int width = 0) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%0*llx", width, static_cast<unsigned long long>(value));
    return text;
}

std::string row(uint64_t count, std::string_view what) {
    const std::string number = grouped(count);
    return std::string(number.size() < 9 ? 9 - number.size() : 0, ' ') + number + "  " +
           std::string(what) + "\n";
}

template <typename Sites>
std::map<sensitivity, uint64_t> by_class(const Sites& sites) {
    std::map<sensitivity, uint64_t> counts;
    for (const auto& site : sites)
        ++counts[site.cls];
    return counts;
}

std::string class_list(const std::map<sensitivity, uint64_t>& counts) {
    std::string text;
    for (const auto& [cls, count] : counts)
        if (cls != sensitivity::none)
            text += (text.empty() ? "" : ", ") + grouped(count) + " " + std::string(name_of(cls));
    return text;
}

std::string row_of_source(const source_site& site) {
    return site.place.file + ":" + std::to_string(site.place.line) + ": " + site.text + ": " +
           site.reason + "\n";
}

} // namespace

std::string grouped(uint64_t number) {
    std::string text = std::to_string(number);
    for (size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

std::string place_of(const object_site& site) {
    std::string text = site.object + ": ";
    if (site.function.empty())
        text += site.section + " " + hex(site.address, 8);
    else
        text += site.function + (site.function_offset != 0 ? "+" + hex(site.function_offset) : "");
    if (site.place.line != 0)
        text += " (" + site.place.file + ":" + std::to_string(site.place.line) + ")";
    else if (!site.function.empty())
        text += " (" + site.section + " " + hex(site.address, 8) + ")";
    return text;
}

std::string describe(const object_site& site) {
    std::string text = site.text + (site.text.empty() ? "" : " ");
    text += "[" + hex(site.encoding, site.size * 2) + "]";
    if (site.cls != sensitivity::none)
        text += " " + std::string(name_of(site.cls)) + " (" + site.reason + ")";
    return text;
}

std::string verify_summary(const std::string& path, const verify_result& result) {
    std::vector<object_site> sites;
    std::set<std::string> functions;
    for (const verify_finding& finding : result.findings) {
        sites.push_back(finding.site);
        functions.insert(finding.site.section + finding.site.function);
    }
    std::string text = path + ": " + grouped(result.instructions) + " instructions, " +
                       grouped(result.traps) + " traps, " + grouped(result.harmless.size()) +
                       " harmless, " + grouped(result.allowed.size()) + " allowed: ";
    const std::string looked_at =
        result.data_words == 0
            ? std::string{}
            : "; " + grouped(result.data_words) + " words of data that code runs into (-v)";
    if (sites.empty())
        return text + "clean" + looked_at + "\n";
    const std::string classes = class_list(by_class(sites));
    return text + grouped(sites.size()) + " not accepted in " + grouped(functions.size()) +
           " functions" + (classes.empty() ? "" : " (" + classes + ")") + looked_at + "\n";
}

std::string patch_summary(const std::string& path, const patch_result& result) {
    if (result.replaced.empty())
        return path + ": nothing to replace\n";
    return path + ": " + grouped(result.replaced.size()) + " instructions trapped (" +
           grouped(result.direct) + " by a code of their own, " + grouped(result.escaped) +
           " through " + grouped(result.table_words) + " words of .paravane.insns)\n";
}

std::string folder_of(const report& all, const object_site& site) {
    std::string path = site.place.file.empty() ? site.unit : site.place.file;
    if (path.empty() || path.find('/') == std::string::npos)
        path = site.unit.find('/') != std::string::npos ? site.unit : site.object;
    if (!all.tree.empty() && path.substr(0, all.tree.size() + 1) == all.tree + "/")
        path.erase(0, all.tree.size() + 1);
    const size_t name = path.rfind('/');
    path.erase(name == std::string::npos ? 0 : name);
    size_t at = path.empty() || path[0] != '/' ? 0 : 1;
    for (int depth = 0; depth < 3 && at != std::string::npos; ++depth)
        at = path.find('/', at + 1);
    if (at != std::string::npos && (path.empty() || path[0] != '/'))
        path.erase(at);
    return path.empty() ? "." : path;
}

std::string scan_summary(const report& all) {
    std::string text = grouped(all.objects_read) + " files, " + grouped(all.instructions) +
                       " instructions, " + grouped(all.objects.size()) + " sites\n";
    std::map<std::string, uint64_t> folders;
    std::map<std::string, uint64_t> fates;
    for (const object_site& site : all.objects) {
        ++folders[folder_of(all, site)];
        const bool leveled = site.level != port_level::none;
        ++fates[leveled ? "handled at level " + std::to_string(static_cast<int>(site.level))
                        : std::string(name_of(site.fate))];
    }
    text += "\nby class\n";
    for (const auto& [cls, count] : by_class(all.objects))
        text += row(count, name_of(cls));
    text += "\nby folder\n";
    std::vector<std::pair<uint64_t, std::string>> order;
    for (const auto& [folder, count] : folders)
        order.emplace_back(count, folder);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    constexpr size_t FOLDERS_SHOWN = 20;
    for (size_t i = 0; i < order.size() && i < FOLDERS_SHOWN; ++i)
        text += row(order[i].first, order[i].second);
    if (order.size() > FOLDERS_SHOWN)
        text += "           and " + std::to_string(order.size() - FOLDERS_SHOWN) + " more\n";
    text += "\nby what becomes of them\n";
    for (const auto& [fate, count] : fates)
        text += row(count, fate);
    std::string by_hand;
    std::map<std::string, uint64_t> unseen;
    for (const source_site& site : all.sources) {
        if (!site.category.empty() && site.category != "cpu")
            ++unseen[site.category];
        else if (site.fate == disposition::by_hand)
            by_hand += row_of_source(site);
    }
    if (!all.sources.empty())
        text += "\n" + grouped(all.sources.size()) + " source sites\n";
    if (!unseen.empty())
        text += "\nlines that no decoder sees, to be looked at\n";
    for (const auto& [category, count] : unseen)
        text += row(count, category);
    if (!by_hand.empty())
        text += "\nleft by hand\n" + by_hand;
    return text;
}

} // namespace paravane::port
