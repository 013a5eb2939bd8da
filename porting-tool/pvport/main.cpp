// SPDX-License-Identifier: BSD-2-Clause
// pvport's entry: finds the verb and hands over. Options belong to the verbs.
#include "verbs.hpp"

#include <array>
#include <cstdio>
#include <vector>

namespace {

using namespace paravane::port;

struct verb {
    std::string_view name;
    verb_function run;
    const char* summary;
};

constexpr verb VERBS[] = {
#if defined(PVPORT_HAS_REWRITE)
    {"plan", verb_plan, "show the edits that a port needs; writes nothing"},
    {"apply", verb_apply, "write the ported tree"},
    {"rule", verb_rule, "make a new rule with its page and its test"},
    {"rules", verb_rules, "list the rules"},
#endif
    {"help", nullptr, "this list"},
};

int usage(std::FILE* out) {
    std::fputs("usage: pvport VERB [options]\n\n", out);
    for (const verb& v : VERBS)
        std::fprintf(out, "  %-8s %s\n", v.name.data(), v.summary);
    std::fputs("\npvport VERB --help tells a verb's options.\n", out);
    return out == stdout ? EXIT_CLEAN : EXIT_USAGE;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2)
        return usage(stderr);
    const std::string_view name = argv[1];
    if (name == "help" || name == "--help" || name == "-h")
        return usage(stdout);
    const std::span<char* const> rest(argv + 2, static_cast<size_t>(argc - 2));
    for (const verb& v : VERBS)
        if (v.run != nullptr && v.name == name)
            return v.run(rest);
    std::fprintf(stderr, "pvport: no verb '%s'; 'pvport help' lists them\n", argv[1]);
    return EXIT_USAGE;
}
