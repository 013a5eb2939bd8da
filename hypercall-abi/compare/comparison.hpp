// SPDX-License-Identifier: BSD-2-Clause
// The state that the parts of compare() share, and the walk over two lists of
// named, numbered entries that most of them need.
#pragma once

#include "compare/compare.hpp"
#include "generator/text.hpp"

namespace paravane::compare {

class comparison {
public:
    comparison(const abi_model::description& before, const abi_model::description& after)
        : before(before), after(after) {}

    void breaks(std::string_view rule, std::string item, const std::string& text,
                toolkit::position at);

    /// Records an addition; its `since` must be later than the older version.
    void adds(const std::string& item, const abi_model::entry& e);

    /// Whether the newer description reserves this name and number.
    bool is_reserved(std::string_view what, std::string_view name, int64_t number) const;

    /// Fires when two numbers differ.
    void same(std::string_view rule, const std::string& item, std::string_view what,
              uint32_t old_value, uint32_t new_value, toolkit::position at);

    const abi_model::description& before;
    const abi_model::description& after;
    differences result;
};

/// Ids of the rules for one kind of numbered entry.
struct number_rules {
    std::string_view what;
    std::string_view key;
    std::string_view same;
    std::string_view no_delete;
    std::string_view no_reuse;
};

/// Compares two lists of entries that have a name and a number: values kept, nothing deleted
/// unless reserved, no number given to another name.
template <typename Entries, typename Number, typename Print>
void compare_numbered(comparison& c, const number_rules& rules, const Entries& before,
                      const Entries& after, Number number_of, Print print) {
    const auto item_of = [&](const auto& e) { return abi_model::cat(rules.what, " ", e.name); };
    for (const auto& old : before) {
        const auto* now = abi_model::find(after, old.name);
        if (now == nullptr) {
            if (!c.is_reserved(rules.what, old.name, number_of(old))) {
                c.breaks(rules.no_delete, item_of(old), "is gone", c.after.abi.at);
            }
        } else if (number_of(old) != number_of(*now)) {
            c.breaks(rules.same, item_of(old),
                     abi_model::cat(rules.key, " changed ", print(old), " -> ", print(*now)),
                     now->where(rules.key));
        }
    }
    for (const auto& now : after) {
        if (abi_model::find(before, now.name) == nullptr) {
            c.adds(item_of(now), now);
        }
        for (const auto& old : before) {
            if (number_of(old) == number_of(now) && old.name != now.name) {
                c.breaks(rules.no_reuse, item_of(now),
                         abi_model::cat(rules.key, " ", print(now), " belonged to ", old.name),
                         now.where(rules.key));
            }
        }
    }
}

void compare_calls(comparison& c);
void compare_numbers(comparison& c);
void compare_codes(comparison& c);
void compare_layouts(comparison& c);
void compare_frame(comparison& c);

} // namespace paravane::compare
