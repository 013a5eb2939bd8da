// SPDX-License-Identifier: BSD-2-Clause
// pvport scan: the census of a kernel or of a build's objects, joined with the
// sources' accounting when a tree is given.
#include "accounting.hpp"
#include "verbs.hpp"

#include "census/inputs.hpp"

#include <algorithm>
#include <iterator>

namespace paravane::port {
namespace {

using toolkit::completes;
using toolkit::exit_status;

void append(object_list& list, object_list more) {
    std::move(more.objects.begin(), more.objects.end(), std::back_inserter(list.objects));
    std::move(more.notes.begin(), more.notes.end(), std::back_inserter(list.notes));
}

object_list inputs_of(const toolkit::invocation& i) {
    object_list list;
    const int ways = (i.operands().empty() ? 0 : 1) + (i.has("list") ? 1 : 0);
    if (ways > 1)
        give_up_usage("give files or --list, not both");
    for (const std::string& path : i.operands())
        list.objects.push_back({path, ""});
    if (i.has("list"))
        list = require(objects_of_list(i.text("list")));
    if (ways == 0)
        for (const std::string& build : i.texts("db"))
            append(list, require(objects_of_build(build)));
    if (list.objects.empty())
        give_up_usage("nothing to scan: give ELF files, --list or --db");
    if (!i.has("shard"))
        return list;
    const auto which = parse_shard(i.text("shard"));
    if (!which)
        give_up_usage("--shard " + i.text("shard") + ": write i/n with 1 <= i <= n");
    if (i.has("tree"))
        give_up_usage("--shard spreads the objects; give --tree to 'pvport merge'");
    take_shard(list, *which);
    return list;
}

exit_status run(const toolkit::invocation& i) {
    object_list list = inputs_of(i);
    const census_options options = {.lines = !i.has("no-lines"), .text = true};
    report all =
        require(take_census_of(list.objects, options, jobs_of(i), progress_of(i, "objects")));
    all.tree = i.text("db");
    all.configuration = i.text("configuration");
    all.notes.insert(all.notes.begin(), list.notes.begin(), list.notes.end());
    account_for_sources(i, all);
    return finish_report(i, all);
}

std::vector<toolkit::option> options() {
    std::vector<toolkit::option> all = {
        {.name = "db",
         .argument = "PATH",
         .doc = "Kbuild's build folder (its .*.o.cmd files are read) or compile_commands.json.",
         .value = completes::file,
         .many = true},
        {.name = "list",
         .argument = "FILE",
         .doc = "Objects, one path a line.",
         .value = completes::file},
        {.name = "shard",
         .argument = "I/N",
         .doc = "Only every N-th object, from the I-th; 'pvport merge' joins the reports."},
        {.name = "configuration",
         .argument = "NAME",
         .doc = "Tells this report from those of other configurations."},
        {.name = "no-lines", .doc = "Do not read debug information."},
        format_option(),
        output_option(),
        jobs_option()};
    for (auto& option : accounting_options())
        all.push_back(option);
    return all;
}

} // namespace

toolkit::verb scan_verb() {
    return {.name = "scan",
            .summary = "List every sensitive instruction of a kernel and what handles it.",
            .description =
                "Decodes the linked kernel, or the objects of a build. With --tree the sources are "
                "read too, and an instruction that no source site accounts for ends the run with "
                "status 1.",
            .operands = {"ELF", "Kernel or objects; without any, those of --db.", 0, 1000000,
                         completes::file},
            .options = options(),
            .examples = {{"pvport scan vmlinux", "What a native kernel holds."},
                         {"pvport scan --db build -f html -o report.html",
                          "Objects of a Kbuild folder, as a page to read."},
                         {"pvport scan --db build --tree . --guest linux-6.1",
                          "Who accounts for what."},
                         {"parallel pvport scan --db build --shard {}/8 -f json -o part{}.json ::: "
                          "1 2 3 4 5 6 7 8 && pvport merge part?.json",
                          "Spread over a job runner."}},
            .run = run};
}

} // namespace paravane::port
