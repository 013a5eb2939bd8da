// SPDX-License-Identifier: BSD-2-Clause
// pvabi's table of verbs.
#include "compare/rules.hpp"
#include "generator/read_messages.hpp"
#include "pvabi/verbs.hpp"
#include "toolkit/command_line.hpp"
#include "toolkit/common_messages.hpp"

using namespace paravane;
using toolkit::exit_status;

int main(int argc, char** argv) {
    const toolkit::tool pvabi = {
        .name = "pvabi",
        .summary = "the contract between guests and the Paravane hypervisor",
        .description = "Makes headers and the reference from the one description of the ABI, and "
                       "tells whether a change of it breaks guests that exist.",
        .verbs = {pvabi::gen_verb(), pvabi::show_verb(), pvabi::check_verb(), pvabi::diff_verb(),
                  pvabi::note_verb()},
        .statuses = {exit_status::ok, exit_status::usage, exit_status::bad_input,
                     exit_status::io_failure, exit_status::breaking, exit_status::could_not_run},
        .messages = {toolkit::common_messages(), abi_model::read_messages(),
                     compare::rule_messages(), pvabi::own_messages()},
        .see_also = {"pvrun", "pvport"},
    };
    return toolkit::run_tool(pvabi, argc, argv);
}
