// SPDX-License-Identifier: BSD-2-Clause
// The rules of compatibility as data: id, category, meaning, cure. The ids are
// part of the promise: waivers and CI name them. Applied by compare.hpp.
#pragma once

#include "toolkit/message_table.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace paravane::compare {

/// From lenient to strict; each contains the ones before it. wire: what a binary guest says
/// and hears by traps. layout: also the memory that it shares. source: also the names that
/// its sources use.
enum class category : uint8_t { wire, layout, source };

std::string_view name_of(category c);
std::optional<category> parse_category(std::string_view text);

struct rule {
    std::string_view id;
    compare::category category;
    std::string_view meaning;
    std::string_view cure;
};

/// All rules, in the order of the table.
std::span<const rule> rules();

/// The rule of that id; null if there is none.
const rule* find_rule(std::string_view id);

/// The same for the page of messages.
toolkit::message_table rule_messages();

} // namespace paravane::compare
