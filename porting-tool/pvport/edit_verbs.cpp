// SPDX-License-Identifier: BSD-2-Clause
// `pvport plan` and `pvport apply`: options in, a plan out, printed or written.
#include "source_options.hpp"
#include "verbs.hpp"

#include "rewrite/journal.hpp"

#include <cstdio>

namespace paravane::port {
namespace {

using toolkit::completes;
using toolkit::exit_status;

plan_request edit_request(const toolkit::invocation& i) {
    plan_request request = request_of(i);
    request.database.files = i.operands();
    request.database.flags = i.rest();
    return request;
}

void print_sites(const port_plan& plan) {
    for (const source_site& site : plan.sites)
        if (site.fate == disposition::by_hand)
            std::fprintf(stderr, "%s:%u: %s: %s: %s\n", site.place.file.c_str(), site.place.line,
                         site.category == "cpu" ? "by hand" : site.category.c_str(),
                         site.text.c_str(), site.reason.c_str());
    for (const source_place& place : plan.hidden)
        std::fprintf(stderr, "%s:%u: hidden by this configuration\n", place.file.c_str(),
                     place.line);
    for (const std::string& note : plan.notes)
        std::fprintf(stderr, "note: %s\n", note.c_str());
}

void print_summary(const port_plan& plan) {
    unsigned by_level[3] = {}, harmless = 0, by_hand = 0, unseen = 0;
    for (const source_site& site : plan.sites) {
        harmless += site.fate == disposition::harmless;
        by_hand += site.fate == disposition::by_hand && site.category == "cpu";
        unseen += site.category != "cpu";
        if (site.level != port_level::none)
            ++by_level[static_cast<int>(site.level)];
    }
    print_sites(plan);
    std::fprintf(stderr,
                 "%zu lines hidden by this configuration, %zu in macros that nothing expands, %u "
                 "that no decoder sees\n",
                 plan.hidden.size(), plan.unused.size(), unseen);
    std::fprintf(
        stderr,
        "%u units, %zu parsed, %zu sites: level 0 %u, level 1 %u, level 2 %u, harmless %u, "
        "by hand %u; %zu files to edit, %zu to add\n",
        plan.units_read, plan.parsed.size(), plan.sites.size() - unseen, by_level[0], by_level[1],
        by_level[2], harmless, by_hand, plan.edits.files().size(), plan.added.size());
}

exit_status run_plan(const toolkit::invocation& i) {
    const port_plan plan = require(make_plan(edit_request(i)));
    if (i.verbosity() >= 0)
        std::fputs(plan_diff(plan).c_str(), stdout);
    std::fflush(stdout); // the summary goes elsewhere, and comes behind it
    for (const std::string& file : plan.parsed)
        i.progress("parsed " + file);
    print_summary(plan);
    return exit_status::ok;
}

exit_status run_apply(const toolkit::invocation& i) {
    if (i.has("in-place") == i.has("out"))
        give_up_usage("give one of --in-place and --out DIR");
    const plan_request request = edit_request(i);
    require(recover(request.tree));
    const port_plan plan = require(make_plan(request));
    const unsigned written =
        require(i.has("in-place") ? apply_in_place(plan)
                                  : apply_to(plan, i.text("out"), progress_of(i, "files copied")));
    if (i.verbosity() < 0)
        return exit_status::ok;
    print_summary(plan);
    std::fprintf(stderr, "%u files written\n", written);
    return exit_status::ok;
}

std::vector<toolkit::option> options() {
    std::vector<toolkit::option> all = {
        {.name = "tree",
         .argument = "DIR",
         .doc = "What may be edited.",
         .fallback = ".",
         .value = completes::directory},
        {.name = "db",
         .argument = "PATH",
         .doc = "compile_commands.json, or a build folder with Kbuild's .*.o.cmd files. Give one "
                "for each configuration that the port must hold for.",
         .value = completes::file,
         .many = true},
        jobs_option()};
    for (auto& option : source_options())
        all.push_back(option);
    return all;
}

const toolkit::operands FILES = {
    .name = "FILE",
    .doc = "Sources to port, when there is no --db.",
    .least = 0,
    .most = 100000,
    .value = completes::file,
    .rest = "FLAG",
    .rest_doc = "Flags of the compiler for these sources.",
};

} // namespace

toolkit::verb plan_verb() {
    return {.name = "plan",
            .summary = "Show the edits that a port needs; writes nothing.",
            .description = "Prints a unified diff and, to standard error, a summary of every "
                           "sensitive site; -q leaves the diff out.",
            .operands = FILES,
            .options = options(),
            .examples = {{"pvport plan --tree . --db build", "What would change."}},
            .run = run_plan};
}

toolkit::verb apply_verb() {
    auto all = options();
    all.push_back({.name = "in-place", .doc = "Write into the tree."});
    all.push_back({.name = "out",
                   .argument = "DIR",
                   .doc = "Write a ported copy of the tree.",
                   .value = completes::directory});
    return {.name = "apply",
            .summary = "Write the ported tree.",
            .description = "All or nothing; a second run changes nothing.",
            .operands = FILES,
            .options = std::move(all),
            .examples = {{"pvport apply --tree . --db build --out ../ported", "Port a copy."},
                         {"pvport apply --tree . --out ../ported start.S main.c -- "
                          "--target=arm-none-eabi",
                          "Port a few files without a compile database."}},
            .run = run_apply};
}

} // namespace paravane::port
