// SPDX-License-Identifier: BSD-2-Clause
// SARIF 2.1.0, so that code review tools show sites where they stand. Harmless
// and handled sites are notes, unmentioned and by-hand ones are errors.
#include "terminal.hpp"
#include "writers.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace paravane::port {
namespace {

using json = nlohmann::ordered_json;

const char* level_of(disposition fate) {
    switch (fate) {
    case disposition::unmentioned:
    case disposition::by_hand:
        return "error";
    default:
        return "note";
    }
}

/// Percent-encodes what a URI reference may not hold.
std::string uri_of(const std::string& path) {
    constexpr std::string_view PLAIN =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/+,=@";
    constexpr std::string_view DIGITS = "0123456789ABCDEF";
    std::string out;
    for (const char c : path) {
        if (PLAIN.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', DIGITS[byte >> 4], DIGITS[byte & 15]};
    }
    return out;
}

json location(const std::string& file, unsigned line, const std::string& function) {
    json physical = {{"artifactLocation", {{"uri", uri_of(file)}}}};
    if (line != 0)
        physical["region"] = {{"startLine", line}};
    json out = {{"physicalLocation", physical}};
    if (!function.empty())
        out["logicalLocations"] = json::array({{{"name", function}, {"kind", "function"}}});
    return out;
}

json result_of(const object_site& site) {
    const bool placed = site.place.line != 0;
    const json where = location(placed ? site.place.file : site.object,
                                placed ? site.place.line : 0, site.function);
    return {{"ruleId", std::string(name_of(site.what))},
            {"level", level_of(site.fate)},
            {"message", {{"text", place_of(site) + ": " + describe(site)}}},
            {"locations", json::array({where})}};
}

json result_of(const source_site& site) {
    return {
        {"ruleId", site.category.empty() ? "cpu" : site.category},
        {"level", level_of(site.fate)},
        {"message",
         {{"text", site.text + ": " + std::string(name_of(site.fate)) +
                       (site.reason.empty() ? "" : ": " + site.reason)}}},
        {"locations", json::array({location(site.place.file, site.place.line, site.function)})}};
}

} // namespace

std::string to_sarif(const report& all) {
    std::set<std::string> ids;
    json results = json::array();
    for (const object_site& site : all.objects)
        results.push_back(result_of(site));
    for (const source_site& site : all.sources)
        results.push_back(result_of(site));
    for (const json& result : results)
        ids.insert(result["ruleId"].get<std::string>());
    json rules = json::array();
    for (const std::string& id : ids)
        rules.push_back({{"id", id}});
    const json driver = {{"name", "pvport"}, {"rules", rules}};
    const json run = {{"tool", {{"driver", driver}}}, {"results", results}};
    const json root = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                       {"version", "2.1.0"},
                       {"runs", json::array({run})}};
    return root.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace paravane::port
