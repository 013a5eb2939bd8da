// SPDX-License-Identifier: BSD-2-Clause
// `pvport rules`: the list and the reference page, from the rules themselves.
// `pvport rule new`: a rule with its documentation and the files of its test.
#include "support.hpp"
#include "verbs.hpp"

#include "rewrite/rules.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace paravane::port {
namespace {

namespace fs = std::filesystem;
using toolkit::exit_status;

void print_rule(const rule& one, bool page) {
    if (!page) {
        std::printf("  %-32s level %d  %s\n", one.id.c_str(), static_cast<int>(one.level),
                    one.doc.c_str());
        return;
    }
    std::printf("### %s\n\n%s Level %d.\n\nWhy: %s.\n\n", one.id.c_str(), one.doc.c_str(),
                static_cast<int>(one.level), one.reason.c_str());
    for (const std::string& instruction : one.instructions)
        std::printf("    %s\n", instruction.c_str());
    if (!one.replacement.empty())
        std::printf("\nbecomes `%s`.\n\n", one.replacement.c_str());
}

constexpr const char* NEW_RULE = "# SPDX-License-Identifier: BSD-2-Clause\n"
                                 "doc = \"What the rule does, one sentence.\"\n"
                                 "reason = \"why the site needs it\"\n"
                                 "level = 1\n"
                                 "[match]\n"
                                 "instructions = [\"mrs %0, cpsr\"]\n"
                                 "[replace]\n"
                                 "with = \"{0} = replacement()\"\n";

bool write_new(const fs::path& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    return out.good();
}

} // namespace

namespace {

exit_status run_rules(const toolkit::invocation& i) {
    const bool page = i.has("reference");
    const std::string root = i.has("rules") ? i.text("rules") : default_rules();
    for (const guest_info& guest : require(list_guests(root))) {
        std::printf(page ? "## %s\n\n%s.\n\n" : "%s: %s\n", guest.name.c_str(),
                    guest.title.c_str());
        const rule_set rules = require(load_rules(root, guest.name));
        for (const rule& one : rules.rules)
            if (one.guest == guest.name)
                print_rule(one, page);
    }
    return exit_status::ok;
}

exit_status run_rule(const toolkit::invocation& i) {
    if (i.operands()[0] != "new")
        give_up_usage("'" + i.operands()[0] + "' is no command; 'new' is the only one");
    const std::string& name = i.operands()[2];
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
        give_up_usage(name + ": a name is lower case letters, digits and dashes");
    const fs::path guest =
        fs::path(i.has("rules") ? i.text("rules") : default_rules()) / i.operands()[1];
    std::error_code error;
    if (!fs::exists(guest / "guest.toml", error))
        give_up_usage(guest.string() + ": no such guest; write its guest.toml first");
    const fs::path rule_file = guest / "rules" / (name + ".toml");
    if (fs::exists(rule_file, error))
        give_up({rule_file.string() + ": exists already", 3});
    const fs::path test = guest / "rules" / (name + ".test");
    fs::create_directories(test, error);
    const std::string head = "/* SPDX-License-Identifier: BSD-2-Clause */\n";
    if (error || !write_new(rule_file, NEW_RULE) ||
        !write_new(test / "input.c", head + "/* The construct, once. */\n") ||
        !write_new(test / "expected.c", head + "/* What it becomes. */\n") ||
        !write_new(test / "miss.c", head + "/* What looks alike and is not matched. */\n"))
        give_up({rule_file.string() + ": cannot be written", 4});
    std::printf("%s\n%s/{input,expected,miss}.c\n", rule_file.c_str(), test.c_str());
    return exit_status::ok;
}

toolkit::option rules_option() {
    return {.name = "rules",
            .argument = "DIR",
            .doc = "Where the guests' rules are.",
            .value = toolkit::completes::directory};
}

} // namespace

toolkit::verb rule_verb() {
    return {.name = "rule",
            .summary = "Make a new rule with its page and its test.",
            .description = "'rule new GUEST NAME' writes the rule and the three files of its test.",
            .operands = {"ARGUMENT", "new GUEST NAME", 3, 3, toolkit::completes::nothing},
            .options = {rules_option()},
            .examples = {{"pvport rule new linux-6.1 my-rule", "Start a rule."}},
            .run = run_rule};
}

toolkit::verb rules_verb() {
    return {.name = "rules",
            .summary = "List the rules by guest.",
            .description = {},
            .operands = {},
            .options = {{.name = "reference", .doc = "Print the reference page instead."},
                        rules_option()},
            .examples = {{"pvport rules", "Every rule with its level."}},
            .run = run_rules};
}

} // namespace paravane::port
