// SPDX-License-Identifier: BSD-2-Clause
// pvport's table of verbs. The rewriter's verbs parse their own arguments, for
// they take a compiler's flags behind "--".
#include "support.hpp"
#include "verbs.hpp"

#include "toolkit/common_messages.hpp"

#include <algorithm>
#include <string_view>

namespace {

using namespace paravane;
using namespace paravane::port;
using toolkit::exit_status;

struct raw_verb {
    std::string_view name;
    verb_function run;
};

constexpr raw_verb RAW_VERBS[] = {
#if defined(PVPORT_HAS_REWRITE)
    {"plan", verb_plan},
    {"apply", verb_apply},
    {"rule", verb_rule},
    {"rules", verb_rules},
#else
    {"", nullptr},
#endif
};

bool asks_for_help(std::span<char* const> arguments) {
    return std::any_of(arguments.begin(), arguments.end(), [](std::string_view a) {
        return a == "--help" || a == "-h" || a == "--version";
    });
}

toolkit::tool make_tool() {
    toolkit::tool tool = {
        .name = "pvport",
        .summary = "port a guest kernel to Paravane and account for every sensitive instruction",
        .description = "The binary is the truth: scan and verify decode it; plan and apply rewrite "
                       "sources by rules; patch traps a linked kernel without source.",
        .verbs = {scan_verb(), merge_verb(), verify_verb(), patch_verb()},
        .statuses = {exit_status::ok, exit_status::not_clean, exit_status::usage,
                     exit_status::bad_input, exit_status::io_failure},
        .messages = {toolkit::common_messages(), pvport_messages()},
        .see_also = {"pvrun", "pvabi"},
    };
#if defined(PVPORT_HAS_REWRITE)
    for (auto table : {plan_table, apply_table, rule_table, rules_table})
        tool.verbs.push_back(table());
#endif
    return tool;
}

} // namespace

int main(int argc, char** argv) {
    for (const raw_verb& verb : RAW_VERBS) {
        if (argc < 2 || verb.run == nullptr || verb.name != argv[1])
            continue;
        const std::span<char* const> rest(argv + 2, static_cast<size_t>(argc - 2));
        if (!asks_for_help(rest))
            return verb.run(rest);
    }
    return toolkit::run_tool(make_tool(), argc, argv);
}
