// SPDX-License-Identifier: BSD-2-Clause
// `pvport rules` and `pvport rule new`.
#include "verbs.hpp"

#include "rewrite/rules.hpp"

#include <cstdio>
#include <cstdlib>

namespace paravane::port {
namespace {

int fail(const failure& why) {
    std::fprintf(stderr, "pvport: %s\n", why.message.c_str());
    return why.status;
}

} // namespace

int verb_rules(std::span<char* const>) {
    const auto guests = list_guests(default_rules());
    if (!guests)
        return fail(guests.error());
    for (const guest_info& guest : guests.value()) {
        std::printf("%s: %s\n", guest.name.c_str(), guest.title.c_str());
        const auto rules = load_rules(default_rules(), guest.name);
        if (!rules)
            return fail(rules.error());
        for (const rule& one : rules.value().rules)
            if (one.guest == guest.name)
                std::printf("  %-32s level %d  %s\n", one.id.c_str(), static_cast<int>(one.level),
                            one.doc.c_str());
    }
    return EXIT_CLEAN;
}

int verb_rule(std::span<char* const>) {
    return fail({"rule: only 'rule new GUEST NAME' is known", EXIT_USAGE});
}

} // namespace paravane::port
