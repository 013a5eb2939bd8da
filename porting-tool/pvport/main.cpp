// SPDX-License-Identifier: BSD-2-Clause
// pvport's table of verbs.
#include "support.hpp"
#include "verbs.hpp"

#include "toolkit/common_messages.hpp"

namespace {

using namespace paravane;
using namespace paravane::port;
using toolkit::exit_status;

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
    for (auto verb : {plan_verb, apply_verb, rule_verb, rules_verb})
        tool.verbs.push_back(verb());
#endif
    return tool;
}

} // namespace

int main(int argc, char** argv) {
    return toolkit::run_tool(make_tool(), argc, argv);
}
