// SPDX-License-Identifier: BSD-2-Clause
// `pvport rules`: the list and the reference page, from the rules themselves.
// `pvport rule`: a new rule with its documentation and its test, and the tests run.
#include "support.hpp"
#include "verbs.hpp"

#include "source_options.hpp"

#include "rewrite/rule_check.hpp"

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

// A rule that works, to be changed: its test passes as it is written.
constexpr const char* NEW_RULE = "# SPDX-License-Identifier: BSD-2-Clause\n"
                                 "doc = \"What the rule does, one sentence.\"\n"
                                 "reason = \"why the site needs it\"\n"
                                 "level = 1\n"
                                 "[match]\n"
                                 "instructions = [\"cpsid if\"]\n"
                                 "[replace]\n"
                                 "with = \"pvn_irq_disable()\"\n";
constexpr const char* NEW_INPUT = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
                                  "void construct(void)\n{\n"
                                  "\t__asm__ volatile(\"cpsid if\" ::: \"memory\");\n}\n";
constexpr const char* NEW_EXPECTED = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
                                     "#include \"paravane/pvn_guest.h\"\n"
                                     "void construct(void)\n{\n\tpvn_irq_disable();\n}\n";
constexpr const char* NEW_MISS = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
                                 "void looks_alike(void)\n{\n"
                                 "\t__asm__ volatile(\"cpsid f\" ::: \"memory\");\n}\n";

bool write_new(const fs::path& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    return out.good();
}

} // namespace

namespace {

exit_status run_rules(const toolkit::invocation& i) {
    const bool page = i.has("reference");
    const auto roots = rules_roots(i);
    for (const guest_info& guest : require(list_guests(roots))) {
        std::printf(page ? "## %s\n\n%s.\n\n" : "%s: %s\n", guest.name.c_str(),
                    guest.title.c_str());
        const rule_set rules = require(load_rules(roots, guest.name));
        for (const rule& one : rules.rules)
            if (one.guest == guest.name)
                print_rule(one, page);
    }
    return exit_status::ok;
}

/// A guest that is not there yet begins as what any ARM kernel is.
void need_guest(const fs::path& guest) {
    std::error_code error;
    if (fs::exists(guest / "guest.toml", error))
        return;
    fs::create_directories(guest, error);
    if (error || !write_new(guest / "guest.toml",
                            "# SPDX-License-Identifier: BSD-2-Clause\ntitle = \"" +
                                guest.filename().string() + "\"\nextends = [\"generic-arm\"]\n"))
        give_up({(guest / "guest.toml").string() + ": cannot be written", 4});
    std::printf("%s\n", (guest / "guest.toml").c_str());
}

void need_name(const std::string& name) {
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") != std::string::npos ||
        name.empty() || name.front() == '.')
        give_up_usage(name + ": a name is lower case letters, digits, dots and dashes");
}

exit_status new_rule(const toolkit::invocation& i) {
    if (i.operands().size() != 3)
        give_up_usage("'rule new' wants a guest and a name");
    const std::string& name = i.operands()[2];
    need_name(i.operands()[1]);
    need_name(name);
    const fs::path guest = fs::path(rules_roots(i).front()) / i.operands()[1];
    std::error_code error;
    const fs::path rule_file = guest / "rules" / (name + ".toml");
    if (fs::exists(rule_file, error))
        give_up({rule_file.string() + ": exists already", 3});
    need_guest(guest);
    const fs::path test = guest / "rules" / (name + ".test");
    fs::create_directories(test, error);
    if (error || !write_new(rule_file, NEW_RULE) || !write_new(test / "input.c", NEW_INPUT) ||
        !write_new(test / "expected.c", NEW_EXPECTED) || !write_new(test / "miss.c", NEW_MISS))
        give_up({rule_file.string() + ": cannot be written", 4});
    std::printf("%s\n%s/{input,expected,miss}.c\n", rule_file.c_str(), test.c_str());
    return exit_status::ok;
}

exit_status test_rules(const toolkit::invocation& i) {
    const std::string name = i.operands().size() > 2 ? i.operands()[2] : std::string{};
    unsigned failed = 0;
    const auto checks = require(check_rules(rules_roots(i), i.operands()[1], name));
    for (const rule_check& check : checks) {
        std::printf("%s: %s\n", check.rule.c_str(), check.problems.empty() ? "ok" : "FAIL");
        for (const std::string& problem : check.problems)
            std::printf("  %s\n", problem.c_str());
        failed += check.problems.empty() ? 0 : 1;
    }
    std::printf("%zu rules tested, %u failed\n", checks.size(), failed);
    return failed == 0 ? exit_status::ok : exit_status::not_clean;
}

exit_status run_rule(const toolkit::invocation& i) {
    if (i.operands()[0] == "new")
        return new_rule(i);
    if (i.operands()[0] == "test")
        return test_rules(i);
    give_up_usage("'" + i.operands()[0] + "' is no command; there are 'new' and 'test'");
}

toolkit::option rules_option() {
    return {.name = "rules",
            .argument = "DIR",
            .doc = "Your own guests' rules; those that come with pvport are found as well.",
            .value = toolkit::completes::directory};
}

} // namespace

toolkit::verb rule_verb() {
    return {.name = "rule",
            .summary = "Make a new rule with its page and its test, and run the tests.",
            .description =
                "'rule new GUEST NAME' writes the rule, the three files of its test, and "
                "the guest's folder when there is none yet. 'rule test GUEST [NAME]' "
                "runs the tests of the rules and ends with status 1 when one fails.",
            .operands = {"ARGUMENT", "new GUEST NAME, or test GUEST [NAME].", 2, 3,
                         toolkit::completes::nothing},
            .options = {rules_option()},
            .examples = {{"pvport rule new --rules mine toy idle", "Start a rule and its guest."},
                         {"pvport rule test --rules mine toy", "Run the tests of its rules."}},
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
