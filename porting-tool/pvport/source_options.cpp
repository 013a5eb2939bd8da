// SPDX-License-Identifier: BSD-2-Clause
// From the command line to a plan_request.
#include "source_options.hpp"

#include "verbs.hpp"

#include "census/inputs.hpp"
#include "rewrite/unit_cache.hpp"

#include <cstdlib>

namespace paravane::port {

using toolkit::completes;

std::vector<toolkit::option> source_options() {
    return {
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
         .doc = "Your own guests' rules; those that come with pvport are found as well.",
         .value = completes::directory},
        {.name = "level",
         .argument = "N",
         .doc = "Highest level to use.",
         .fallback = "1",
         .choices = {"0", "1", "2"}},
        {.name = "clang-flags",
         .argument = "FLAGS",
         .doc = "Flags for clang besides those of the units, in one word: what a compiler knows "
                "of itself, such as '-isystem /usr/lib/arm-none-eabi/include'."},
        {.name = "keep-going",
         .doc = "Note the units that clang cannot read and go on without them."},
        {.name = "no-cache", .doc = "Parse every unit that is needed, seen before or not."},
    };
}

std::vector<std::string> rules_roots(const toolkit::invocation& i) {
    std::vector<std::string> roots;
    if (i.has("rules"))
        roots.push_back(i.text("rules"));
    roots.push_back(default_rules());
    return roots;
}

plan_request request_of(const toolkit::invocation& i) {
    plan_request request;
    request.tree = i.text("tree");
    request.database.tree = request.tree;
    request.database.databases = i.texts("db");
    request.database.built_tree = i.text("built-tree");
    request.database.added = split_command(i.text("clang-flags"));
    request.keep_going = i.has("keep-going");
    request.abi_headers = i.has("abi") ? i.text("abi") : PVPORT_ABI_DIR;
    request.rules_roots = rules_roots(i);
    request.guest = i.text("guest");
    request.level = std::atoi(i.text("level").c_str());
    request.jobs = jobs_of(i);
    request.cache = i.has("no-cache") ? std::string{} : default_cache();
    request.progress = progress_of(i, "files parsed");
    return request;
}

} // namespace paravane::port
