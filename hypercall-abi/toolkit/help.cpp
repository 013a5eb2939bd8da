// SPDX-License-Identifier: BSD-2-Clause
// The help texts and the phrases that help and man page share.
#include "toolkit/pages.hpp"

#include <algorithm>

namespace paravane::toolkit {
namespace {

constexpr size_t WIDTH = 80;

void row(std::string& out, const std::string& left, const std::string& right) {
    constexpr size_t COLUMN = 28;
    std::string line = "  " + left;
    if (line.size() + 2 > COLUMN) {
        out += line + '\n';
        line.clear();
    }
    for (const std::string& part : wrap(right, WIDTH - COLUMN)) {
        line.append(COLUMN - std::min(COLUMN, line.size()), ' ');
        out += line + part + '\n';
        line.clear();
    }
}

void paragraph(std::string& out, const std::string& text) {
    for (const std::string& line : wrap(text, WIDTH)) {
        out += line + '\n';
    }
}

void options(std::string& out, const std::vector<option>& list) {
    for (const option& o : list) {
        row(out, spelling(o), explanation(o));
    }
}

void examples(std::string& out, const std::vector<example>& list) {
    for (const example& e : list) {
        out += "  " + e.command + '\n';
        for (const std::string& line : wrap(e.doc, WIDTH - 6)) {
            out += "      " + line + '\n';
        }
    }
}

void statuses(std::string& out, const tool& t) {
    out += "\nExit status:\n";
    for (const exit_status_row& r : exit_status_table()) {
        if (std::find(t.statuses.begin(), t.statuses.end(), r.status) != t.statuses.end()) {
            row(out, std::to_string(static_cast<int>(r.status)), r.meaning);
        }
    }
}

bool has_verbs(const tool& t) {
    return t.verbs.size() != 1 || !t.verbs.front().name.empty();
}

} // namespace

std::vector<std::string> wrap(std::string_view text, size_t width) {
    std::vector<std::string> lines;
    while (text.size() > width) {
        size_t cut = text.rfind(' ', width);
        if (cut == std::string_view::npos || cut == 0) {
            cut = text.find(' ');
        }
        if (cut == std::string_view::npos) {
            break;
        }
        lines.emplace_back(text.substr(0, cut));
        text.remove_prefix(cut + 1);
    }
    lines.emplace_back(text);
    return lines;
}

std::string spelling(const option& o) {
    std::string out = o.letter != '\0' ? std::string{'-', o.letter, ',', ' '} : std::string();
    out += "--" + o.name;
    return o.argument.empty() ? out : out + ' ' + o.argument;
}

std::string explanation(const option& o) {
    std::string out = o.doc;
    if (!o.choices.empty()) {
        out += " One of:";
        for (const std::string& choice : o.choices) {
            out += ' ' + choice + (&choice == &o.choices.back() ? '.' : ',');
        }
    }
    if (o.many && !o.argument.empty()) {
        out += " May be repeated.";
    }
    if (!o.fallback.empty()) {
        out += " Default: " + (o.fallback == "." ? "this folder" : o.fallback) + '.';
    }
    return out;
}

std::string synopsis(const tool& t, const verb& v) {
    std::string out = t.name;
    if (!v.name.empty()) {
        out += ' ' + v.name;
    }
    out += " [OPTIONS]";
    for (const option& o : v.options) {
        if (o.required) {
            out += " --" + o.name + ' ' + o.argument;
        }
    }
    if (v.operands.most > 0) {
        const std::string more = v.operands.most > 1 ? "..." : "";
        out += v.operands.least > 0 ? ' ' + v.operands.name + more
                                    : " [" + v.operands.name + more + ']';
    }
    if (!v.operands.rest.empty()) {
        out += " [-- " + v.operands.rest + "...]";
    }
    return out;
}

std::string help_page(const tool& t, const verb& v) {
    std::string out = "Usage: " + synopsis(t, v) + "\n\n";
    paragraph(out, v.description.empty() ? v.summary : v.description);
    if (v.operands.most > 0) {
        out += '\n';
        row(out, v.operands.name, v.operands.doc);
    }
    if (!v.operands.rest.empty()) {
        row(out, v.operands.rest, v.operands.rest_doc);
    }
    if (!v.options.empty()) {
        out += "\nOptions:\n";
        options(out, v.options);
    }
    out += "\nCommon options:\n";
    options(out, common_options());
    if (!v.examples.empty()) {
        out += "\nExamples:\n";
        examples(out, v.examples);
    }
    statuses(out, t);
    return out;
}

std::string help_page(const tool& t) {
    if (!has_verbs(t)) {
        return help_page(t, t.verbs.front());
    }
    std::string out = "Usage: " + t.name + " VERB [OPTIONS] ...\n\n";
    paragraph(out, t.description.empty() ? t.summary : t.description);
    out += "\nVerbs:\n";
    for (const verb& v : t.verbs) {
        row(out, v.name, v.summary);
    }
    out += "\nCommon options:\n";
    options(out, common_options());
    out += "\nExamples:\n";
    for (const verb& v : t.verbs) {
        if (!v.examples.empty()) {
            examples(out, {v.examples.front()});
        }
    }
    statuses(out, t);
    out += "\n'" + t.name + " VERB --help' tells a verb's options.\n";
    return out;
}

std::string message_page(const tool& t) {
    std::string out = "## Messages of " + t.name + "\n";
    for (const message_table& table : t.messages) {
        out += "\n### " + std::string(table.title) + "\n";
        for (const message_row& r : table.rows) {
            out += "\n#### " + std::string(r.id) + "\n\n" + std::string(r.meaning) +
                   "\n\n*Cure:* " + std::string(r.cure) + '\n';
        }
    }
    return out + '\n';
}

} // namespace paravane::toolkit
