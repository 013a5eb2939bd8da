// SPDX-License-Identifier: BSD-2-Clause
// The options of the rewriter's verbs, for --help, man page and completion.
// edit_verbs.cpp and rule_verbs.cpp parse them.
#include "verbs.hpp"

namespace paravane::port {
namespace {

using toolkit::completes;

std::vector<toolkit::option> edit_options() {
    return {
        {.name = "tree",
         .argument = "DIR",
         .doc = "What may be edited.",
         .fallback = ".",
         .value = completes::directory},
        {.name = "db",
         .argument = "PATH",
         .doc = "compile_commands.json, or a build folder with Kbuild's .*.o.cmd files.",
         .value = completes::file},
        {.name = "built-tree",
         .argument = "DIR",
         .doc = "The tree that --db speaks of, when --tree is a copy of it.",
         .value = completes::directory},
        {.name = "abi",
         .argument = "DIR",
         .doc = "The ABI's generated headers, for the files that a guest adds.",
         .value = completes::directory},
        {.name = "guest", .argument = "NAME", .doc = "Rules to use.", .fallback = "generic-arm"},
        {.name = "rules",
         .argument = "DIR",
         .doc = "Where the guests' rules are.",
         .value = completes::directory},
        {.name = "level",
         .argument = "N",
         .doc = "Highest level to use.",
         .fallback = "1",
         .choices = {"0", "1", "2"}},
        {.name = "jobs", .argument = "N", .doc = "Translation units at a time."},
        {.name = "quiet", .doc = "No diff, only the summary."},
    };
}

constexpr const char* FILES = "Sources to port, followed by -- and compiler flags, when there is "
                              "no --db.";

} // namespace

toolkit::verb plan_table() {
    auto options = edit_options();
    options.pop_back();
    return {.name = "plan",
            .summary = "Show the edits that a port needs; writes nothing.",
            .description = "Prints a unified diff and a summary of every sensitive site.",
            .operands = {"FILE", FILES, 0, 100000},
            .options = options,
            .examples = {{"pvport plan --tree . --db build", "What would change."}},
            .run = {}};
}

toolkit::verb apply_table() {
    auto options = edit_options();
    options.pop_back();
    options.push_back({.name = "in-place", .doc = "Write into the tree."});
    options.push_back({.name = "out",
                       .argument = "DIR",
                       .doc = "Write a ported copy of the tree.",
                       .value = completes::directory});
    return {.name = "apply",
            .summary = "Write the ported tree.",
            .description = "All or nothing; a second run changes nothing.",
            .operands = {"FILE", FILES, 0, 100000},
            .options = options,
            .examples = {{"pvport apply --tree . --db build --out ../ported", "Port a copy."}},
            .run = {}};
}

toolkit::verb rule_table() {
    return {.name = "rule",
            .summary = "Make a new rule with its page and its test.",
            .description = {},
            .operands = {"ARGUMENT", "new GUEST NAME", 0, 3, completes::nothing},
            .options = {},
            .examples = {{"pvport rule new linux-6.1 my-rule", "Start a rule."}},
            .run = {}};
}

toolkit::verb rules_table() {
    return {.name = "rules",
            .summary = "List the rules by guest.",
            .description = {},
            .operands = {},
            .options = {{.name = "reference", .doc = "Print the reference page instead."}},
            .examples = {{"pvport rules", "Every rule with its level."}},
            .run = {}};
}

} // namespace paravane::port
