// SPDX-License-Identifier: BSD-2-Clause
// `pvport plan` and `pvport apply`: options in, a plan out, printed or written.
#include "verbs.hpp"

#include "rewrite/journal.hpp"
#include "rewrite/plan.hpp"

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace paravane::port {
namespace {

struct edit_options {
    plan_request plan;
    std::string out;
    bool in_place = false;
    bool help = false;
    bool diff = true;
    std::string error;
};

constexpr const char* HELP =
    "usage: pvport %s [options] [FILE ... -- FLAGS]\n\n"
    "  --tree DIR      what may be edited (default: the current folder)\n"
    "  --db PATH       compile_commands.json, or a build folder with Kbuild's .*.o.cmd files\n"
    "  --built-tree DIR  the tree that --db speaks of, when --tree is a copy of it\n"
    "  --abi DIR       the ABI's generated headers (default: as built)\n"
    "  --guest NAME    rules to use (default: generic-arm)\n"
    "  --rules DIR     where guests' rules are (default: as installed)\n"
    "  --level N       highest level to use: 0, 1 or 2 (default: 1)\n"
    "  --jobs N        translation units at a time\n"
    "  --in-place      apply: write into the tree\n"
    "  --out DIR       apply: write a ported copy of the tree\n"
    "  --quiet         no diff, only the summary\n\n"
    "examples:\n"
    "  pvport plan --tree . --db build\n"
    "  pvport apply --tree . --out ../ported start.S main.c -- --target=arm-none-eabi\n";

edit_options parse(std::span<char* const> arguments) {
    edit_options out;
    out.plan.tree = ".";
    out.plan.rules_root = default_rules();
    out.plan.abi_headers = PVPORT_ABI_DIR;
    out.plan.level = 1;
    out.plan.jobs = std::max(1u, std::thread::hardware_concurrency());
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view name = arguments[i];
        const auto value = [&]() -> std::string {
            if (i + 1 >= arguments.size()) {
                out.error = std::string(name) + " needs a value";
                return {};
            }
            return arguments[++i];
        };
        if (name == "--help")
            out.help = true;
        else if (name == "--tree")
            out.plan.tree = value();
        else if (name == "--db")
            out.plan.database.database = value();
        else if (name == "--built-tree")
            out.plan.database.built_tree = value();
        else if (name == "--abi")
            out.plan.abi_headers = value();
        else if (name == "--guest")
            out.plan.guest = value();
        else if (name == "--rules")
            out.plan.rules_root = value();
        else if (name == "--level")
            out.plan.level = std::atoi(value().c_str());
        else if (name == "--jobs")
            out.plan.jobs = static_cast<unsigned>(std::atoi(value().c_str()));
        else if (name == "--in-place")
            out.in_place = true;
        else if (name == "--out")
            out.out = value();
        else if (name == "--quiet")
            out.diff = false;
        else if (name == "--") {
            for (++i; i < arguments.size(); ++i)
                out.plan.database.flags.emplace_back(arguments[i]);
        } else if (name.starts_with("-"))
            out.error = "no option '" + std::string(name) + "'; --help lists them";
        else
            out.plan.database.files.emplace_back(name);
    }
    out.plan.database.tree = out.plan.tree;
    if (out.plan.level < 0 || out.plan.level > 2)
        out.error = "--level is 0, 1 or 2";
    return out;
}

int fail(const failure& why) {
    std::fprintf(stderr, "pvport: %s\n", why.message.c_str());
    return why.status;
}

void print_summary(const port_plan& plan) {
    unsigned by_level[3] = {}, harmless = 0, by_hand = 0;
    for (const source_site& site : plan.sites) {
        harmless += site.fate == disposition::harmless;
        by_hand += site.fate == disposition::by_hand;
        if (site.level != port_level::none)
            ++by_level[static_cast<int>(site.level)];
        if (site.fate == disposition::by_hand)
            std::fprintf(stderr, "%s:%u: by hand: %s: %s\n", site.place.file.c_str(),
                         site.place.line, site.text.c_str(), site.reason.c_str());
    }
    for (const source_place& place : plan.hidden)
        std::fprintf(stderr, "%s:%u: hidden by this configuration\n", place.file.c_str(),
                     place.line);
    for (const std::string& note : plan.notes)
        std::fprintf(stderr, "note: %s\n", note.c_str());
    std::fprintf(stderr,
                 "%u units, %u parsed, %zu sites: level 0 %u, level 1 %u, level 2 %u, harmless %u, "
                 "by hand %u; %zu files to edit, %zu to add\n",
                 plan.units_read, plan.units_parsed, plan.sites.size(), by_level[0], by_level[1],
                 by_level[2], harmless, by_hand, plan.edits.files().size(), plan.added.size());
}

int run(std::span<char* const> arguments, bool apply) {
    const edit_options options = parse(arguments);
    if (options.help) {
        std::printf(HELP, apply ? "apply" : "plan");
        return EXIT_CLEAN;
    }
    if (!options.error.empty())
        return fail({options.error, EXIT_USAGE});
    if (apply && options.in_place == !options.out.empty())
        return fail({"apply needs one of --in-place and --out DIR", EXIT_USAGE});
    if (apply)
        if (const auto recovered = recover(options.plan.tree); !recovered)
            return fail(recovered.error());
    const auto plan = make_plan(options.plan);
    if (!plan)
        return fail(plan.error());
    if (!apply && options.diff)
        std::fputs(plan_diff(plan.value()).c_str(), stdout);
    print_summary(plan.value());
    if (!apply)
        return EXIT_CLEAN;
    const auto written =
        options.in_place ? apply_in_place(plan.value()) : apply_to(plan.value(), options.out);
    if (!written)
        return fail(written.error());
    std::fprintf(stderr, "%u files written\n", written.value());
    return EXIT_CLEAN;
}

} // namespace

int verb_plan(std::span<char* const> arguments) {
    return run(arguments, false);
}
int verb_apply(std::span<char* const> arguments) {
    return run(arguments, true);
}

} // namespace paravane::port
