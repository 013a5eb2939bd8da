// SPDX-License-Identifier: BSD-2-Clause
// The names of kinds and classes as reports and allow-lists spell them.
#include "kind.hpp"

#include <array>

namespace paravane::port {
namespace {

constexpr std::array KIND_NAMES = {
    std::string_view{"none"},        std::string_view{"mrs-cpsr"},
    std::string_view{"mrs-spsr"},    std::string_view{"msr-cpsr"},
    std::string_view{"msr-spsr"},    std::string_view{"banked-register"},
    std::string_view{"cps"},         std::string_view{"srs"},
    std::string_view{"rfe"},         std::string_view{"ldm-user"},
    std::string_view{"stm-user"},    std::string_view{"ldm-exception"},
    std::string_view{"data-pc"},     std::string_view{"eret"},
    std::string_view{"ldrt-strt"},   std::string_view{"cp15"},
    std::string_view{"cp15-pair"},   std::string_view{"cp15-memory"},
    std::string_view{"cp14"},        std::string_view{"cp14-pair"},
    std::string_view{"cp14-memory"}, std::string_view{"vfp-system"},
    std::string_view{"hint"},        std::string_view{"smc"},
    std::string_view{"hvc"},         std::string_view{"setend"},
};
static_assert(KIND_NAMES.size() == static_cast<size_t>(kind::setend) + 1);

constexpr std::array CLASS_NAMES = {
    std::string_view{"none"},          std::string_view{"silent"},   std::string_view{"trapping"},
    std::string_view{"unpredictable"}, std::string_view{"harmless"},
};
static_assert(CLASS_NAMES.size() == static_cast<size_t>(sensitivity::harmless) + 1);

template <typename Enum, typename Names>
std::optional<Enum> find(const Names& names, std::string_view name) {
    for (size_t i = 0; i < names.size(); ++i)
        if (names[i] == name)
            return static_cast<Enum>(i);
    return std::nullopt;
}

} // namespace

std::string_view name_of(kind k) {
    return KIND_NAMES.at(static_cast<size_t>(k));
}
std::string_view name_of(sensitivity s) {
    return CLASS_NAMES.at(static_cast<size_t>(s));
}
std::string_view name_of(isa i) {
    return i == isa::arm ? "arm" : "thumb";
}
std::optional<kind> kind_of(std::string_view name) {
    return find<kind>(KIND_NAMES, name);
}
std::optional<sensitivity> sensitivity_of(std::string_view name) {
    return find<sensitivity>(CLASS_NAMES, name);
}

} // namespace paravane::port
