// SPDX-License-Identifier: BSD-2-Clause
// The manual page, in the man macros that groff and mandoc both know.
#include "toolkit/pages.hpp"

#include <algorithm>

namespace paravane::toolkit {
namespace {

/// Backslashes and hyphens are escaped; a dot or quote must not start a line.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool line_start = out.empty() || out.back() == '\n';
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else if (line_start && (c == '.' || c == '\'')) {
            out += std::string("\\&") + c;
        } else {
            out += c;
        }
    }
    return out;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

void entry(std::string& out, const std::string& head, const std::string& text) {
    out += ".TP\n.B " + roff(head) + '\n' + roff(text) + '\n';
}

void options(std::string& out, const std::vector<option>& list) {
    for (const option& o : list) {
        entry(out, spelling(o), explanation(o));
    }
}

void verb_text(std::string& out, const tool& t, const verb& v) {
    if (!v.name.empty()) {
        out += ".SS " + roff(synopsis(t, v)) + '\n';
    }
    out += roff(v.description.empty() ? v.summary : v.description) + '\n';
    if (v.operands.most > 0) {
        entry(out, v.operands.name, v.operands.doc);
    }
    if (!v.operands.rest.empty()) {
        entry(out, v.operands.rest, v.operands.rest_doc);
    }
    options(out, v.options);
}

void examples(std::string& out, const tool& t) {
    out += ".SH EXAMPLES\n";
    for (const verb& v : t.verbs) {
        for (const example& e : v.examples) {
            entry(out, e.command, e.doc);
        }
    }
}

void statuses(std::string& out, const tool& t) {
    out += ".SH EXIT STATUS\n";
    for (const exit_status_row& r : exit_status_table()) {
        if (std::find(t.statuses.begin(), t.statuses.end(), r.status) != t.statuses.end()) {
            entry(out, std::to_string(static_cast<int>(r.status)), r.meaning);
        }
    }
}

} // namespace

std::string man_page(const tool& t) {
    std::string out = ".TH " + upper(t.name) + " 1 \"\" \"Paravane " + tool_version() +
                      "\" \"Paravane\"\n.SH NAME\n" + roff(t.name) + " \\- " + roff(t.summary) +
                      "\n.SH SYNOPSIS\n";
    for (const verb& v : t.verbs) {
        out += ".B " + roff(synopsis(t, v)) + "\n.br\n";
    }
    out += ".SH DESCRIPTION\n" + roff(t.description.empty() ? t.summary : t.description) + '\n';
    out += t.verbs.size() == 1 ? ".SH OPTIONS\n" : ".SH VERBS\n";
    for (const verb& v : t.verbs) {
        verb_text(out, t, v);
    }
    out += ".SH COMMON OPTIONS\n";
    options(out, common_options());
    out += ".SH ENVIRONMENT\n";
    entry(out, "NO_COLOR", "If set and not empty, nothing is coloured.");
    examples(out, t);
    statuses(out, t);
    if (!t.see_also.empty()) {
        out += ".SH SEE ALSO\n";
        for (const std::string& name : t.see_also) {
            out += ".BR " + roff(name) + " (1)" + (&name == &t.see_also.back() ? "\n" : ",\n");
        }
    }
    return out;
}

} // namespace paravane::toolkit
