// SPDX-License-Identifier: BSD-2-Clause
// The names of dispositions as reports spell them.
#include "site.hpp"

#include <array>

namespace paravane::port {
namespace {

constexpr std::array NAMES = {
    std::string_view{"unmentioned"}, std::string_view{"rewritten"}, std::string_view{"trap"},
    std::string_view{"harmless"},    std::string_view{"by-hand"},
};
static_assert(NAMES.size() == static_cast<size_t>(disposition::by_hand) + 1);

} // namespace

std::string_view name_of(disposition d) {
    return NAMES.at(static_cast<size_t>(d));
}

std::optional<disposition> disposition_of(std::string_view name) {
    for (size_t i = 0; i < NAMES.size(); ++i)
        if (NAMES[i] == name)
            return static_cast<disposition>(i);
    return std::nullopt;
}

} // namespace paravane::port
