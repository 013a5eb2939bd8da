// SPDX-License-Identifier: BSD-2-Clause
// SARIF 2.1.0. GitHub wants for each result a rule with a description, a level,
// one location in a file of the repository, and a fingerprint that survives
// moved lines.
#include "compare/report.hpp"

#include "generator/text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace paravane::compare {
namespace {

using nlohmann::json;

/// Escapes what RFC 3986 does not allow in a path.
std::string uri_path(std::string_view path) {
    std::string out;
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            char escaped[4];
            std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
            out += escaped;
        }
    }
    return out;
}

/// FNV-1a over rule and item: equal for the same finding wherever it stands.
std::string fingerprint(const finding& f) {
    uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : abi_model::cat(f.rule->id, " ", f.item)) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return abi_model::hex(hash, 16).substr(2);
}

json rule_json(const rule& r) {
    return {{"id", r.id},
            {"name", r.id},
            {"shortDescription", {{"text", r.meaning}}},
            {"fullDescription", {{"text", r.meaning}}},
            {"help", {{"text", r.cure}}},
            {"defaultConfiguration", {{"level", "error"}}},
            {"properties", {{"tags", {"abi", name_of(r.category)}}, {"precision", "very-high"}}}};
}

json location_json(const finding& f, const std::string& file) {
    const json region = {{"startLine", std::max(f.at.line, 1U)},
                         {"startColumn", std::max(f.at.column, 1U)}};
    const json artifact = {{"uri", uri_path(file)}, {"uriBaseId", "%SRCROOT%"}};
    return {{"physicalLocation", {{"artifactLocation", artifact}, {"region", region}}}};
}

json result_json(const judged_finding& f, const report_context& about) {
    json r = {
        {"ruleId", f.rule->id},
        {"ruleIndex", f.rule - rules().data()},
        {"level", f.outcome == outcome::error ? "error" : "note"},
        {"message",
         {{"text", abi_model::cat(f.item, ": ", f.text, " (baseline ", about.baseline, ")")}}},
        {"locations", json::array({location_json(f, about.file)})},
        {"partialFingerprints", {{"paravaneRuleAndItem/v1", fingerprint(f)}}}};
    if (f.outcome == outcome::waived) {
        r["suppressions"] = json::array({{{"kind", "inSource"}}});
    }
    return r;
}

} // namespace

std::string sarif_report(const verdict& v, const report_context& about) {
    json rules_list = json::array();
    for (const rule& r : rules()) {
        rules_list.push_back(rule_json(r));
    }
    json results = json::array();
    for (const judged_finding& f : v.findings) {
        results.push_back(result_json(f, about));
    }
    const json driver = {{"name", "pvabi"},
                         {"semanticVersion", about.tool_version},
                         {"rules", std::move(rules_list)}};
    const json run = {{"tool", {{"driver", driver}}},
                      {"columnKind", "unicodeCodePoints"},
                      {"results", std::move(results)}};
    const json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", json::array({run})}};
    return log.dump(2) + '\n';
}

} // namespace paravane::compare
