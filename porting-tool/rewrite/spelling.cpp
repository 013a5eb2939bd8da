// SPDX-License-Identifier: BSD-2-Clause
// Old and new spellings of ARM mnemonics: where the condition stands.
#include "recognize.hpp"

#include <array>

namespace paravane::port {
namespace {

constexpr std::array CONDITIONS = {
    std::string_view{"eq"}, std::string_view{"ne"}, std::string_view{"cs"}, std::string_view{"hs"},
    std::string_view{"cc"}, std::string_view{"lo"}, std::string_view{"mi"}, std::string_view{"pl"},
    std::string_view{"vs"}, std::string_view{"vc"}, std::string_view{"hi"}, std::string_view{"ls"},
    std::string_view{"ge"}, std::string_view{"lt"}, std::string_view{"gt"}, std::string_view{"le"},
    std::string_view{"al"}};

bool is_condition(std::string_view text) {
    for (const std::string_view condition : CONDITIONS)
        if (condition == text)
            return true;
    return false;
}

constexpr std::array DATA_OPERATIONS = {
    std::string_view{"adc"}, std::string_view{"add"}, std::string_view{"and"},
    std::string_view{"asr"}, std::string_view{"bic"}, std::string_view{"eor"},
    std::string_view{"lsl"}, std::string_view{"lsr"}, std::string_view{"mov"},
    std::string_view{"mvn"}, std::string_view{"orr"}, std::string_view{"ror"},
    std::string_view{"rrx"}, std::string_view{"rsb"}, std::string_view{"rsc"},
    std::string_view{"sbc"}, std::string_view{"sub"}};

// <base><cond><suffix> becomes <base><suffix><cond>.
std::optional<std::string> move_condition(std::string_view name, std::string_view base) {
    if (!name.starts_with(base) || name.size() < base.size() + 3)
        return std::nullopt;
    const std::string_view condition = name.substr(base.size(), 2);
    const std::string_view suffix = name.substr(base.size() + 2);
    if (!is_condition(condition) || is_condition(suffix))
        return std::nullopt;
    return std::string(base) + std::string(suffix) + std::string(condition);
}

} // namespace

std::string to_ual(std::string_view mnemonic) {
    std::string name = lower(mnemonic);
    if (name.starts_with("fmrx"))
        return "vmrs" + name.substr(4);
    if (name.starts_with("fmxr"))
        return "vmsr" + name.substr(4);
    if (name.starts_with("smi"))
        return "smc" + name.substr(3);
    for (const std::string_view base : {"ldm", "stm", "ldr", "str", "ldc", "stc"})
        if (const auto moved = move_condition(name, base))
            return *moved;
    for (const std::string_view base : DATA_OPERATIONS) {
        const auto moved = move_condition(name, base);
        if (moved && moved->substr(base.size(), 1) == "s")
            return *moved;
    }
    return name;
}

std::string_view condition_of(std::string_view ual) {
    if (ual.size() < 5)
        return {};
    const std::string_view tail = ual.substr(ual.size() - 2);
    return is_condition(tail) ? tail : std::string_view{};
}

} // namespace paravane::port
