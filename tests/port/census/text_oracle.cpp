// SPDX-License-Identifier: BSD-2-Clause
// Parses mnemonics and operands; conditions and width suffixes are cut off.
#include "text_oracle.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace paravane::port::test {
namespace {

constexpr std::array<std::string_view, 16> CONDITIONS = {
    "eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "hs"};

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// True for BASE, BASE + condition, and either with a width suffix.
bool is(std::string_view mnemonic, std::string_view base) {
    if (mnemonic.substr(0, base.size()) != base)
        return false;
    std::string_view rest = mnemonic.substr(base.size());
    if (rest.size() >= 2 && rest.substr(rest.size() - 2) == ".w")
        rest.remove_suffix(2);
    if (rest.size() >= 2 && rest.substr(rest.size() - 2) == ".n")
        rest.remove_suffix(2);
    return rest.empty() ||
           std::find(CONDITIONS.begin(), CONDITIONS.end(), rest) != CONDITIONS.end() ||
           rest == "lo";
}

bool is_one_of(std::string_view mnemonic, std::initializer_list<std::string_view> bases) {
    return std::any_of(bases.begin(), bases.end(),
                       [&](std::string_view base) { return is(mnemonic, base); });
}

int coprocessor(std::string_view operands) {
    if (!operands.empty() && operands[0] == 'p')
        operands.remove_prefix(1);
    int number = -1;
    std::from_chars(operands.data(), operands.data() + operands.size(), number);
    return number;
}

bool names_bank(const std::string& operands) {
    for (const char* bank : {"_usr", "_fiq", "_irq", "_svc", "_abt", "_und", "_hyp", "_mon"})
        if (has(operands, bank))
            return true;
    return false;
}

kind block_kind(std::string_view mnemonic, const std::string& operands) {
    if (!has(operands, "^"))
        return kind::none;
    if (mnemonic.substr(0, 3) == "stm")
        return kind::stm_user;
    const bool return_form = has(operands.substr(operands.find('{')), "pc");
    return return_form ? kind::ldm_exception : kind::ldm_user;
}

kind by_coprocessor(std::string_view operands, kind p14, kind p15) {
    const int number = coprocessor(operands);
    return number == 15 ? p15 : number == 14 ? p14 : kind::none;
}

/// Thumb has one such form; its others with Rd = PC are unpredictable.
bool is_exception_return(isa set, std::string_view m, const std::string& operands) {
    if (set == isa::thumb)
        return is(m, "subs") && operands.substr(0, 9) == "pc, lr, #";
    return operands.substr(0, 3) == "pc," &&
           is_one_of(m, {"movs", "mvns", "ands", "eors", "subs", "rsbs", "adds", "adcs", "sbcs",
                         "rscs", "orrs", "bics", "asrs", "lsls", "lsrs", "rors", "rrxs"});
}

} // namespace

kind kind_of_text(isa set, std::string_view mnemonic, std::string_view operand_text) {
    const std::string m = lower(mnemonic);
    const std::string o = lower(operand_text);
    if (is(m, "mrs"))
        return names_bank(o)    ? kind::banked_register
               : has(o, "spsr") ? kind::mrs_spsr
               : has(o, "psr")  ? kind::mrs_cpsr
                                : kind::none;
    if (is(m, "msr"))
        return names_bank(o)    ? kind::banked_register
               : has(o, "spsr") ? kind::msr_spsr
                                : kind::msr_cpsr;
    if (is_one_of(m, {"cps", "cpsie", "cpsid"}))
        return kind::cps;
    if (m.substr(0, 3) == "srs" && m.size() <= 5)
        return kind::srs;
    if (m.substr(0, 3) == "rfe")
        return kind::rfe;
    if (m.substr(0, 3) == "ldm" || m.substr(0, 3) == "stm" || is(m, "pop"))
        return block_kind(m, o);
    if (is_one_of(m, {"ldrt", "strt", "ldrbt", "strbt", "ldrht", "strht", "ldrsbt", "ldrsht"}))
        return kind::ldrt_strt;
    if (is_one_of(m, {"mrc", "mcr", "mrc2", "mcr2"}))
        return by_coprocessor(o, kind::cp14, kind::cp15);
    if (is_one_of(m, {"mrrc", "mcrr", "mrrc2", "mcrr2"}))
        return by_coprocessor(o, kind::cp14_pair, kind::cp15_pair);
    if (is_one_of(m, {"ldc", "stc", "ldc2", "stc2", "ldcl", "stcl", "ldc2l", "stc2l"}))
        return by_coprocessor(o, kind::cp14_memory, kind::cp15_memory);
    if (is_one_of(m, {"vmrs", "vmsr", "fmrx", "fmxr", "fmstat"}))
        return kind::vfp_system;
    if (is_one_of(m, {"wfi", "wfe", "sev", "yield"}))
        return kind::hint;
    if (is_one_of(m, {"smc", "smi"}))
        return kind::smc;
    if (is(m, "hvc"))
        return kind::hvc;
    if (is(m, "setend"))
        return kind::setend;
    if (is(m, "eret") || (is(m, "subs") && o == "pc, lr, #0"))
        return kind::eret;
    return is_exception_return(set, m, o) ? kind::data_pc : kind::none;
}

namespace {

/// "c0008000:\te10f0000 \tmrs\tr0, CPSR" and Thumb's "f3ef 8000".
bool parse_line(std::string_view line, text_line& out, std::string_view& mnemonic,
                std::string_view& operands) {
    const size_t colon = line.find(":\t");
    if (colon == std::string_view::npos)
        return false;
    size_t start = line.find_first_not_of(' ');
    if (std::from_chars(line.data() + start, line.data() + colon, out.address, 16).ptr !=
        line.data() + colon)
        return false;
    const size_t text = line.find('\t', colon + 2);
    if (text == std::string_view::npos)
        return false;
    out.word = 0;
    out.size = 0;
    // "f3ef 8000" and "b672      " are Thumb's; ARM's word is one group of eight.
    const std::string_view raw = line.substr(colon + 2, text - colon - 2);
    out.set = raw.find(' ') == 8 ? isa::arm : isa::thumb;
    for (const char c : raw) {
        if (std::isxdigit(static_cast<unsigned char>(c)) == 0)
            continue;
        out.word = out.word << 4 | static_cast<uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
        ++out.size;
    }
    out.size /= 2;
    line.remove_prefix(text + 1);
    const size_t tab = line.find('\t');
    mnemonic = line.substr(0, tab);
    operands = tab == std::string_view::npos ? std::string_view{} : line.substr(tab + 1);
    operands = operands.substr(0, operands.find("\t"));
    while (!operands.empty() && operands.back() == ' ')
        operands.remove_suffix(1);
    return true;
}

/// The word behind ESCAPE_NEXT is the trap's data, when the trap is taken whenever it would be.
bool is_hidden(const text_line& before, const text_line& line) {
    if (before.set == isa::thumb)
        return before.word == 0xf7f1a000;
    return (before.word & 0x0fffffff) == 0x0fe1a000 &&
           (before.word >> 28 == 14 || before.word >> 28 == line.word >> 28);
}

} // namespace

std::vector<text_line> sensitive_lines(std::string_view objdump, uint64_t& instructions) {
    constexpr std::string_view HEADING = "Disassembly of section ";
    std::vector<text_line> result;
    text_line current;
    text_line before;
    instructions = 0;
    while (!objdump.empty()) {
        const size_t end = std::min(objdump.find('\n'), objdump.size());
        const std::string_view line = objdump.substr(0, end);
        objdump.remove_prefix(std::min(end + 1, objdump.size()));
        if (line.substr(0, HEADING.size()) == HEADING) {
            current.section = line.substr(HEADING.size(), line.size() - HEADING.size() - 1);
            continue;
        }
        std::string_view mnemonic;
        std::string_view operands;
        if (!parse_line(line, current, mnemonic, operands) || mnemonic.empty() ||
            mnemonic[0] == '.')
            continue;
        if (is_hidden(std::exchange(before, current), current)) {
            before = {};
            continue;
        }
        ++instructions;
        current.what = kind_of_text(current.set, mnemonic, operands);
        if (current.what != kind::none)
            result.push_back(current);
    }
    return result;
}

} // namespace paravane::port::test
