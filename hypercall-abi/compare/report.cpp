// SPDX-License-Identifier: BSD-2-Clause
// Text, JSON, JUnit and GitHub annotations; SARIF has a file of its own.
#include "compare/report.hpp"

#include "generator/text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace paravane::compare {
namespace {

using abi_model::cat;

std::string_view level_of(outcome o) {
    switch (o) {
    case outcome::error:
        return "error";
    case outcome::allowed:
        return "warning";
    case outcome::waived:
        return "note";
    }
    return "error";
}

std::string_view name_of(outcome o) {
    switch (o) {
    case outcome::error:
        return "error";
    case outcome::allowed:
        return "allowed";
    case outcome::waived:
        return "waived";
    }
    return "error";
}

std::string full_text(const judged_finding& f) {
    std::string out = cat(f.item, ": ", f.text);
    if (f.outcome == outcome::allowed) {
        out += " (allowed by the new version)";
    } else if (f.outcome == outcome::waived) {
        out += " (waived)";
    }
    return out;
}

std::string xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '&':
            out += "&amp;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return out;
}

/// Escapes of workflow commands; properties escape two characters more.
std::string command_text(std::string_view text, bool property) {
    std::string out;
    for (const char c : text) {
        if (c == '%') {
            out += "%25";
        } else if (c == '\r') {
            out += "%0D";
        } else if (c == '\n') {
            out += "%0A";
        } else if (property && c == ':') {
            out += "%3A";
        } else if (property && c == ',') {
            out += "%2C";
        } else {
            out += c;
        }
    }
    return out;
}

} // namespace

std::string text_report(const verdict& v, const report_context& about) {
    std::string out;
    for (const judged_finding& f : v.findings) {
        toolkit::diagnostic d{toolkit::severity::error, about.file, f.at, full_text(f),
                              std::string(f.rule->id)};
        d.level = f.outcome == outcome::error     ? toolkit::severity::error
                  : f.outcome == outcome::allowed ? toolkit::severity::warning
                                                  : toolkit::severity::note;
        out += cat(to_line(d), " (baseline ", about.baseline, ")\n");
    }
    return out;
}

std::string json_report(const verdict& v, const report_context& about) {
    nlohmann::json j;
    j["version"] = about.version;
    j["baseline"] = about.baseline;
    j["file"] = about.file;
    j["compatible"] = v.compatible;
    j["additions"] = v.additions;
    j["findings"] = nlohmann::json::array();
    for (const judged_finding& f : v.findings) {
        j["findings"].push_back({{"rule", f.rule->id},
                                 {"category", name_of(f.rule->category)},
                                 {"outcome", name_of(f.outcome)},
                                 {"item", f.item},
                                 {"text", f.text},
                                 {"line", f.at.line},
                                 {"column", f.at.column}});
    }
    return j.dump(2) + '\n';
}

std::string junit_report(const verdict& v, const report_context& about) {
    size_t failures = 0;
    std::string cases;
    for (const rule& r : rules()) {
        std::string failed;
        for (const judged_finding& f : v.findings) {
            if (f.rule == &r && f.outcome == outcome::error) {
                failed += cat(failed.empty() ? "" : "\n", about.file, ":", f.at.line, ":",
                              f.at.column, ": ", full_text(f));
            }
        }
        cases +=
            cat("    <testcase classname=\"pvabi.", name_of(r.category), "\" name=\"", r.id, "\"");
        if (failed.empty()) {
            cases += "/>\n";
            continue;
        }
        ++failures;
        cases += cat(">\n      <failure message=\"", xml(r.meaning), "\">", xml(failed),
                     "</failure>\n    </testcase>\n");
    }
    const std::string counts =
        cat("tests=\"", rules().size(), "\" failures=\"", failures, "\" errors=\"0\"");
    return cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ", counts,
               ">\n  <testsuite name=\"pvabi check against ", xml(about.baseline), "\" ", counts,
               ">\n", cases, "  </testsuite>\n</testsuites>\n");
}

std::string github_report(const verdict& v, const report_context& about) {
    std::string out;
    for (const judged_finding& f : v.findings) {
        const std::string_view level =
            f.outcome == outcome::waived ? "notice" : level_of(f.outcome);
        out += cat("::", level, " file=", command_text(about.file, true),
                   ",line=", std::max(f.at.line, 1U), ",col=", std::max(f.at.column, 1U),
                   ",title=", f.rule->id,
                   "::", command_text(cat(full_text(f), " (baseline ", about.baseline, ")"), false),
                   "\n");
    }
    return out;
}

} // namespace paravane::compare
