// SPDX-License-Identifier: BSD-2-Clause
// Fills open operands with samples, assembles, classifies, and spells the trap:
// a named macro of pvn_plane.inc where that macro can read the operands, else a
// computed code, else ESCAPE_NEXT.
#include "recognize.hpp"

#include "census/plane.hpp"

#include <array>
#include <cctype>

namespace paravane::port {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool numbered(std::string_view word, std::string_view prefix, unsigned limit) {
    if (!word.starts_with(prefix) || word.size() == prefix.size() ||
        word.size() > prefix.size() + 2)
        return false;
    unsigned value = 0;
    for (const char c : word.substr(prefix.size())) {
        if (std::isdigit(static_cast<unsigned char>(c)) == 0)
            return false;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value < limit;
}

constexpr std::array KNOWN_WORDS = {
    std::string_view{"sp"},       std::string_view{"lr"},    std::string_view{"pc"},
    std::string_view{"ip"},       std::string_view{"fp"},    std::string_view{"sl"},
    std::string_view{"sb"},       std::string_view{"apsr"},  std::string_view{"fpsid"},
    std::string_view{"fpscr"},    std::string_view{"fpexc"}, std::string_view{"fpinst"},
    std::string_view{"fpinst2"},  std::string_view{"mvfr0"}, std::string_view{"mvfr1"},
    std::string_view{"mvfr2"},    std::string_view{"lsl"},   std::string_view{"lsr"},
    std::string_view{"asr"},      std::string_view{"ror"},   std::string_view{"rrx"},
    std::string_view{"i"},        std::string_view{"f"},     std::string_view{"a"},
    std::string_view{"if"},       std::string_view{"ai"},    std::string_view{"af"},
    std::string_view{"aif"},      std::string_view{"be"},    std::string_view{"le"},
    std::string_view{"apsr_nzcv"}};

bool is_known(std::string_view spelled) {
    const std::string word = lower(spelled);
    for (const std::string_view known : KNOWN_WORDS)
        if (word == known)
            return true;
    if (word.starts_with("cpsr") || word.starts_with("spsr") || word.starts_with("elr_") ||
        word.starts_with("sp_") || word.starts_with("lr_") || word.starts_with("apsr_"))
        return true;
    return numbered(word, "r", 16) || numbered(word, "p", 16) || numbered(word, "cr", 16) ||
           numbered(word, "c", 16) || numbered(word, "a", 5) || numbered(word, "v", 9);
}

bool is_prefix(std::string_view spelled) {
    const std::string word = lower(spelled);
    return word == "r" || word == "c" || word == "cr" || word == "p";
}

// The operands with samples in place of what the text leaves open.
struct trial {
    std::string text;
    bool literal = true;
    bool open = false; ///< more than a register's number is left open
};

class trial_maker {
public:
    trial_maker(std::string_view operands, const sample_operand& sample, std::string_view unknown)
        : in_(operands), sample_(sample), unknown_(unknown) {}

    std::optional<trial> make() {
        while (at_ < in_.size())
            if (!step())
                return std::nullopt;
        return std::move(out_);
    }

private:
    bool step() {
        const char c = in_[at_];
        if (c == '%' || c == '\\')
            return mark(c);
        if (c == '#' || c == '$')
            return immediate();
        if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
            copy_word();
        } else if (is_word(c)) {
            word();
        } else {
            out_.text += c;
            ++at_;
        }
        return true;
    }

    void copy_word() {
        while (at_ < in_.size() && is_word(in_[at_]))
            out_.text += in_[at_++];
    }

    bool mark(char c) {
        const operand_sample sample = sample_(in_.substr(at_ + 1));
        if (sample.consumed == 0 && c == '%')
            return false;
        out_.literal = false;
        out_.open = out_.open || c == '\\' || !sample.text.starts_with('r');
        at_ += 1 + sample.consumed;
        // Behind a letter stands but a number: c\crm, p\cp.
        const bool number = c == '\\' && !out_.text.empty() && is_word(out_.text.back());
        out_.text += !number ? sample.text : out_.text.back() == 'p' ? "15" : "2";
        return true;
    }

    void word() {
        const size_t begin = at_;
        while (at_ < in_.size() && is_word(in_[at_]))
            ++at_;
        const std::string_view found = in_.substr(begin, at_ - begin);
        const bool numbered_later = at_ < in_.size() && in_[at_] == '\\' && is_prefix(found);
        if (is_known(found) || numbered_later) {
            out_.text += lower(found).starts_with("cr") ? "c" + std::string(found.substr(2))
                                                        : std::string(found);
            return;
        }
        out_.literal = false;
        out_.open = out_.open || unknown_ != "r2";
        if (at_ < in_.size() && in_[at_] == '(')
            skip_parentheses();
        out_.text += unknown_;
    }

    void skip_parentheses() {
        int depth = 0;
        do {
            depth += in_[at_] == '(' ? 1 : in_[at_] == ')' ? -1 : 0;
            ++at_;
        } while (at_ < in_.size() && depth > 0);
    }

    // A constant with names in it becomes a small one; the macros compute the real one.
    bool immediate() {
        size_t end = at_ + 1;
        int depth = 0;
        for (; end < in_.size(); ++end) {
            const char c = in_[end];
            if (depth == 0 && (c == ',' || c == ']' || c == '}' || c == ')'))
                break;
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        const std::string_view expression = in_.substr(at_ + 1, end - at_ - 1);
        bool open = false;
        for (size_t i = 0; i < expression.size(); ++i) {
            const bool starts = i == 0 || !is_word(expression[i - 1]);
            const unsigned char c = static_cast<unsigned char>(expression[i]);
            open = open || c == '\\' || c == '%' || (starts && (std::isalpha(c) != 0 || c == '_'));
        }
        out_.literal = out_.literal && !open;
        out_.open = out_.open || open;
        out_.text += open ? "#19" : "#" + std::string(expression);
        at_ = end;
        return true;
    }

    std::string_view in_;
    const sample_operand& sample_;
    std::string_view unknown_;
    size_t at_ = 0;
    trial out_;
};

std::vector<std::string_view> split_operands(std::string_view operands) {
    std::vector<std::string_view> out;
    size_t begin = 0;
    int depth = 0;
    for (size_t i = 0; i <= operands.size(); ++i) {
        if (i < operands.size() && (operands[i] == '(' || operands[i] == '{' || operands[i] == '['))
            ++depth;
        if (i < operands.size() && (operands[i] == ')' || operands[i] == '}' || operands[i] == ']'))
            --depth;
        if (i == operands.size() || (operands[i] == ',' && depth == 0)) {
            out.push_back(trim(operands.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    return out;
}

// No constant, list or address: what the named macros read. `%[name]` is an operand.
bool no_hash(std::string_view operands) {
    for (size_t i = 0; i < operands.size(); ++i)
        if (std::string_view("#$!^{").find(operands[i]) != std::string_view::npos ||
            (operands[i] == '[' && (i == 0 || operands[i - 1] != '%')))
            return false;
    return true;
}

// Special registers of the M profile, which shares a few mnemonics and no more.
bool names_m_profile(std::string_view operands) {
    constexpr std::array NAMES = {std::string_view{"primask"},   std::string_view{"basepri"},
                                  std::string_view{"faultmask"}, std::string_view{"control"},
                                  std::string_view{"psp"},       std::string_view{"msp"},
                                  std::string_view{"ipsr"},      std::string_view{"xpsr"}};
    for (const std::string_view part : split_operands(operands))
        for (const std::string_view name : NAMES)
            if (lower(part).starts_with(name))
                return true;
    return false;
}

// Coprocessor moves that are sensitive whatever their open operands turn out to be.
bool coprocessor_move(std::string_view ual) {
    return ual.starts_with("mcr") || ual.starts_with("mrc") || ual.starts_with("mrrc") ||
           ual.starts_with("vmrs") || ual.starts_with("vmsr");
}

// Several, or a macro of the C preprocessor that stands for them.
bool may_be_operands(std::string_view operands) {
    const auto parts = split_operands(operands);
    return parts.size() >= 2 || (parts.size() == 1 && !parts[0].empty() && is_word(parts[0][0]) &&
                                 parts[0].ends_with(')'));
}

// Coprocessors but 14 and 15 hold data; of floating point only VMRS and VMSR are looked at,
// which are MRC and MCR with 7 as the first opcode.
bool moves_data(std::string_view ual, std::string_view operands) {
    const auto parts = split_operands(operands);
    const std::string coprocessor = lower(parts.front());
    if (!numbered(coprocessor, "p", 14))
        return false;
    const bool pair = ual.starts_with("mcrr") || ual.starts_with("mrrc");
    if ((coprocessor != "p10" && coprocessor != "p11") || pair)
        return true;
    const std::string_view opcode = parts.size() > 1 ? std::string_view(parts[1]) : "";
    return opcode.size() == 1 && opcode >= "0" && opcode <= "6";
}

// What such a move may be, by its coprocessor when the text tells it.
std::vector<kind> moves_of(std::string_view ual, std::string_view operands) {
    const bool pair = ual.starts_with("mcrr") || ual.starts_with("mrrc");
    const std::string coprocessor = lower(split_operands(operands).front());
    if (ual.starts_with('v') || coprocessor == "p10" || coprocessor == "p11")
        return {kind::vfp_system};
    if (coprocessor == "p14")
        return {pair ? kind::cp14_pair : kind::cp14};
    if (coprocessor == "p15")
        return {pair ? kind::cp15_pair : kind::cp15};
    return pair ? std::vector{kind::cp15_pair, kind::cp14_pair}
                : std::vector{kind::cp15, kind::cp14, kind::vfp_system};
}

} // namespace

std::optional<recognition> recognizer::decide(const std::string& ual, const std::string& operands,
                                              isa set) {
    const std::string_view condition = condition_of(ual);
    const bool block = set == isa::thumb && !condition.empty();
    const std::string it = block ? "it " + std::string(condition) + "; " : std::string{};
    const auto& words = assembler_.assemble(it + ual + " " + operands, set);
    if (!words)
        return std::nullopt;
    recognition found;
    found.words = *words;
    if (block)
        found.words.erase(found.words.begin());
    for (const uint32_t word : found.words) {
        const classification what = set == isa::arm ? classify_arm(word, arch_)
                                    : word > 0xffffu
                                        ? classify_thumb32(word, arch_)
                                        : classify_thumb16(static_cast<uint16_t>(word));
        if (!what)
            continue;
        found.what = what.what;
        found.cls = what.cls;
        found.reason = std::string(what.reason);
        found.identities.push_back(identity_of(set, word));
    }
    return found;
}

std::optional<recognition> recognizer::recognize(std::string_view mnemonic,
                                                 std::string_view operands, isa set,
                                                 const sample_operand& sample) {
    const std::string ual = to_ual(mnemonic);
    if (names_m_profile(operands))
        return std::nullopt;
    std::optional<recognition> found;
    std::string tried;
    for (const std::string_view unknown : {"r2", "3", "c3", "cpsr_c", "fpexc"}) {
        auto attempt = trial_maker(operands, sample, unknown).make();
        if (!attempt)
            break;
        found = decide(ual, attempt->text, set);
        if (found) {
            found->literal = attempt->literal;
            if (attempt->open || (!attempt->literal && ual.starts_with("msr")))
                found->open = {found->what};
            tried = attempt->text;
            break;
        }
        if (attempt->literal)
            break;
    }
    if (!found) {
        if (!coprocessor_move(ual) || !may_be_operands(operands) || moves_data(ual, operands))
            return std::nullopt;
        found = recognition{};
        found->decoded = false;
        found->open = moves_of(ual, operands);
        found->what = found->open.front();
        found->cls = sensitivity::trapping;
        found->reason = "coprocessor operands that only the assembler sees";
    }
    if (found->what == kind::none)
        return std::nullopt;
    found->ual = ual;
    if (found->cls != sensitivity::harmless)
        spell_level0(*found, mnemonic, operands, tried, set);
    return found;
}

/// A wide instruction stands behind its trap; in an IT block that would be one too many.
void recognizer::spell_thumb(recognition& found, bool conditional) {
    const bool narrow = found.words.size() == 1 && found.words[0] <= 0xffff;
    const auto code = narrow && found.literal
                          ? plane_encode_thumb16(static_cast<uint16_t>(found.words[0]))
                          : std::nullopt;
    if (conditional || (narrow && !code)) {
        found.unspellable = conditional
                                ? "a Thumb instruction of an IT block: branch around it instead"
                                : "a 16-bit Thumb instruction whose operands come later";
        return;
    }
    char text[32] = "pvn_escape_thumb; ";
    if (code)
        std::snprintf(text, sizeof text, "pvn_code_thumb 0x%04x, ", *code);
    found.level0.push_back({0, 0, text});
}

void recognizer::spell_level0(recognition& found, std::string_view mnemonic,
                              std::string_view operands, std::string_view tried, isa set) const {
    const std::string_view condition = condition_of(found.ual);
    const std::string base = found.ual.substr(0, found.ual.size() - condition.size());
    const auto rename = [&](const std::string& name) {
        found.level0.push_back({0, mnemonic.size(), "pvn_" + name + std::string(condition)});
    };
    const auto prefix = [&](const std::string& text) { found.level0.push_back({0, 0, text}); };
    const std::string when = condition.empty() ? "al" : std::string(condition);
    const size_t hash = operands.find_first_of("#$");
    const auto parts = split_operands(operands);

    if (set == isa::thumb)
        return spell_thumb(found, !condition.empty());
    const bool named = base == "mrs" || base == "msr" || base == "mcr" || base == "mrc" ||
                       base == "mcrr" || base == "mrrc" || base == "vmrs" || base == "vmsr";
    if (named && no_hash(operands) && no_hash(tried) && found.what != kind::banked_register)
        return rename(base);
    if (base == "msr" && parts.size() == 2 && parts[1].starts_with('#')) {
        rename("msri");
        found.level0.push_back({mnemonic.size() + hash, 1, ""});
        return;
    }
    if (base == "wfi" || base == "wfe" || base == "sev" || base == "yield")
        return rename(base);
    if ((base == "cpsie" || base == "cpsid") && no_hash(operands) && parts.size() == 1 &&
        operands.find('%') == std::string_view::npos)
        return rename(base);
    if (found.literal && found.words.size() == 1)
        if (const auto code = plane_encode_arm(found.words[0])) {
            char text[32];
            std::snprintf(text, sizeof text, "pvn_code %s, 0x%06x, ", when.c_str(),
                          *code & 0x3fffffu);
            return prefix(text);
        }
    prefix("pvn_escape " + when + "; ");
}

} // namespace paravane::port
