// SPDX-License-Identifier: BSD-2-Clause
// pvport merge: joins the reports of shards; the sources are accounted for here.
#include "accounting.hpp"
#include "verbs.hpp"

#include "report/writers.hpp"

namespace paravane::port {
namespace {

using toolkit::completes;
using toolkit::exit_status;

exit_status run(const toolkit::invocation& i) {
    std::vector<report> parts;
    for (const std::string& path : i.operands())
        parts.push_back(require(read_report(path)));
    report all = require(merge_reports(std::move(parts)));
    if (i.has("tree"))
        account_for_sources(i, all);
    return finish_report(i, all);
}

} // namespace

toolkit::verb merge_verb() {
    std::vector<toolkit::option> options = {
        {.name = "db",
         .argument = "PATH",
         .doc = "Kbuild's build folder or compile_commands.json, for --tree.",
         .value = completes::file,
         .many = true},
        format_option(),
        output_option(),
        jobs_option()};
    for (auto& option : accounting_options())
        options.push_back(option);
    return {.name = "merge",
            .summary = "Join the JSON reports of shards into one.",
            .description = "Sites that several reports hold are kept once. Reports of different "
                           "trees or configurations are refused.",
            .operands = {"REPORT", "JSON reports of 'pvport scan'.", 1, 1000000, completes::file},
            .options = options,
            .examples = {{"pvport merge part*.json -f html -o report.html", "One page of all."}},
            .run = run};
}

} // namespace paravane::port
