// SPDX-License-Identifier: BSD-2-Clause
// pvabi show: the reference in the terminal, whole or one entry.
#include "generator/emit.hpp"
#include "generator/text.hpp"
#include "pvabi/load.hpp"
#include "pvabi/verbs.hpp"

#include <cstdio>

namespace paravane::pvabi {
namespace {

using toolkit::exit_status;

/// Depth of a heading line, 0 for other lines.
size_t depth(std::string_view line) {
    const size_t hashes = line.find_first_not_of('#');
    return hashes != std::string_view::npos && line[hashes] == ' ' ? hashes : 0;
}

/// The lines under the heading or in the table rows that are about `name`.
std::string section(std::string_view text, std::string_view name) {
    std::string out;
    size_t inside = 0;
    const std::string cell = abi_model::cat("`", name, "` |");
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end);
        const size_t level = depth(line);
        if (level != 0 && (inside == 0 || level <= inside)) {
            inside = line.substr(level + 1) == std::string(name) + '\n' ? level : 0;
        }
        if (inside != 0 || line.find(cell) != std::string_view::npos) {
            out += line;
        }
    }
    return out;
}

exit_status run(const toolkit::invocation& i) {
    const auto d = load(i, find_description(i), exit_status::bad_input);
    std::string text =
        i.text("format") == "json" ? abi_model::emit_json(d) : abi_model::emit_markdown(d);
    if (!i.operands().empty()) {
        const std::string& name = i.operands().front();
        text = section(abi_model::emit_markdown(d), name);
        if (text.empty()) {
            throw toolkit::failure(
                exit_status::usage,
                {toolkit::severity::error, {}, {}, "nothing is called '" + name + "'", "USAGE"});
        }
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    return exit_status::ok;
}

} // namespace

toolkit::verb show_verb() {
    return {.name = "show",
            .summary = "Print the reference, or what it says about one entry.",
            .description = {},
            .operands = {"NAME", "A call, enumeration, structure, code or field.", 0, 1,
                         toolkit::completes::nothing},
            .options = {abi_option(),
                        {.name = "format",
                         .argument = "FORMAT",
                         .doc = "How to print the whole.",
                         .fallback = "markdown",
                         .choices = {"markdown", "json"}}},
            .examples = {{"pvabi show console_write", "What the call takes and answers."},
                         {"pvabi show --format json > abi.json",
                          "The normalized form that 'pvabi check --against' takes."}},
            .run = run};
}

} // namespace paravane::pvabi
