// SPDX-License-Identifier: BSD-2-Clause
// `pvport rules`: the list and the reference page, from the rules themselves.
// `pvport rule new`: a rule with its documentation and the files of its test.
#include "verbs.hpp"

#include "rewrite/rules.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace paravane::port {
namespace {

namespace fs = std::filesystem;

int fail(const failure& why) {
    std::fprintf(stderr, "pvport: %s\n", why.message.c_str());
    return why.status;
}

void print_rule(const rule& one, bool page) {
    if (!page) {
        std::printf("  %-32s level %d  %s\n", one.id.c_str(), static_cast<int>(one.level),
                    one.doc.c_str());
        return;
    }
    std::printf("### %s\n\n%s Level %d.\n\nWhy: %s.\n\n", one.id.c_str(), one.doc.c_str(),
                static_cast<int>(one.level), one.reason.c_str());
    for (const std::string& instruction : one.instructions)
        std::printf("    %s\n", instruction.c_str());
    if (!one.replacement.empty())
        std::printf("\nbecomes `%s`.\n\n", one.replacement.c_str());
}

constexpr const char* NEW_RULE = "# SPDX-License-Identifier: BSD-2-Clause\n"
                                 "doc = \"What the rule does, one sentence.\"\n"
                                 "reason = \"why the site needs it\"\n"
                                 "level = 1\n"
                                 "[match]\n"
                                 "instructions = [\"mrs %%0, cpsr\"]\n"
                                 "[replace]\n"
                                 "with = \"{0} = replacement()\"\n";

bool write_new(const fs::path& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    return out.good();
}

} // namespace

int verb_rules(std::span<char* const> arguments) {
    const bool page = !arguments.empty() && std::string_view(arguments[0]) == "--reference";
    if (!arguments.empty() && !page)
        return fail({"rules: only --reference is known", EXIT_USAGE});
    const auto guests = list_guests(default_rules());
    if (!guests)
        return fail(guests.error());
    for (const guest_info& guest : guests.value()) {
        std::printf(page ? "## %s\n\n%s.\n\n" : "%s: %s\n", guest.name.c_str(),
                    guest.title.c_str());
        const auto rules = load_rules(default_rules(), guest.name);
        if (!rules)
            return fail(rules.error());
        for (const rule& one : rules.value().rules)
            if (one.guest == guest.name)
                print_rule(one, page);
    }
    return EXIT_CLEAN;
}

int verb_rule(std::span<char* const> arguments) {
    if (arguments.size() != 3 || std::string_view(arguments[0]) != "new")
        return fail({"usage: pvport rule new GUEST NAME", EXIT_USAGE});
    const std::string name = arguments[2];
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
        return fail({"rule new: a name is lower case letters, digits and dashes", EXIT_USAGE});
    const fs::path guest = fs::path(default_rules()) / arguments[1];
    std::error_code error;
    if (!fs::exists(guest / "guest.toml", error))
        return fail({guest.string() + ": no such guest; write its guest.toml first", EXIT_USAGE});
    const fs::path rule_file = guest / "rules" / (name + ".toml");
    if (fs::exists(rule_file, error))
        return fail({rule_file.string() + ": exists already", EXIT_BAD_INPUT});
    const fs::path test = guest / "rules" / (name + ".test");
    fs::create_directories(test, error);
    std::string text = NEW_RULE;
    text.replace(text.find("%%0"), 3, "%0");
    const std::string head = "/* SPDX-License-Identifier: BSD-2-Clause */\n";
    if (error || !write_new(rule_file, text) ||
        !write_new(test / "input.c", head + "/* The construct, once. */\n") ||
        !write_new(test / "expected.c", head + "/* What it becomes. */\n") ||
        !write_new(test / "miss.c", head + "/* What looks alike and is not matched. */\n"))
        return fail({rule_file.string() + ": cannot be written", EXIT_IO});
    std::printf("%s\n%s/{input,expected,miss}.c\n", rule_file.c_str(), test.c_str());
    return EXIT_CLEAN;
}

} // namespace paravane::port
