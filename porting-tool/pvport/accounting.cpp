// SPDX-License-Identifier: BSD-2-Clause
// Asks the rewriter for a plan and takes its sites; the plan itself is dropped.
#include "accounting.hpp"

#include "verbs.hpp"

#include "census/account.hpp"
#include "report/terminal.hpp"
#include "report/writers.hpp"
#if defined(PVPORT_HAS_REWRITE)
#include "source_options.hpp"
#endif

namespace paravane::port {
namespace {

using toolkit::completes;
using toolkit::exit_status;

#if defined(PVPORT_HAS_REWRITE)
void read_sources(const toolkit::invocation& i, report& all) {
    auto plan = require(make_plan(request_of(i)));
    all.tree = plan.tree;
    all.sources = std::move(plan.sites);
    all.origins = std::move(plan.origins);
    all.notes.insert(all.notes.end(), plan.notes.begin(), plan.notes.end());
    for (const source_place& place : plan.hidden)
        all.notes.push_back(place.file + ":" + std::to_string(place.line) +
                            ": hidden by this configuration; scan another one too");
}
#else
void read_sources(const toolkit::invocation&, report&) {
    give_up_usage("--tree: this pvport was built without the rewriter; install Clang 19's "
                  "libraries and build again");
}
#endif

} // namespace

std::vector<toolkit::option> accounting_options() {
    std::vector<toolkit::option> all = {
        {.name = "tree",
         .argument = "DIR",
         .doc = "Account for every site by the sources of this tree (needs --db).",
         .value = completes::directory}};
#if defined(PVPORT_HAS_REWRITE)
    for (auto& option : source_options())
        all.push_back(option);
#endif
    return all;
}

toolkit::option format_option() {
    return {.name = "format",
            .letter = 'f',
            .argument = "FORMAT",
            .doc = "Summary for a terminal, JSON, SARIF, or one self-contained HTML file.",
            .fallback = "text",
            .choices = {"text", "json", "sarif", "html"}};
}

void account_for_sources(const toolkit::invocation& i, report& all) {
    if (i.has("tree")) {
        if (!i.has("db"))
            give_up_usage("--tree needs --db, which tells the files and their flags");
        read_sources(i, all);
    }
    account(all);
}

exit_status finish_report(const toolkit::invocation& i, const report& all) {
    write_output(i, write_report(all, i.text("format")));
    for (const std::string& note : all.notes)
        i.report({toolkit::severity::note, {}, {}, note, "PORT_NOTE"});
    if (all.sources.empty() || unmentioned(all) == 0)
        return exit_status::ok;
    if (i.text("format") == "text")
        for (const object_site& site : all.objects)
            if (site.fate == disposition::unmentioned)
                i.report({toolkit::severity::warning,
                          {},
                          {},
                          place_of(site) + ": " + describe(site) + ": unmentioned",
                          "PORT_UNMENTIONED"});
    i.report({toolkit::severity::error,
              {},
              {},
              grouped(unmentioned(all)) + " sites that no source accounts for",
              "PORT_UNMENTIONED"});
    return exit_status::not_clean;
}

} // namespace paravane::port
