// SPDX-License-Identifier: BSD-2-Clause
// The scanner behind statement.hpp: one pass over the text, one character class
// at a time.
#include "statement.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace paravane::port {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

class scanner {
public:
    scanner(std::string_view text, text_flavour flavour) : text_(text), flavour_(flavour) {}

    std::vector<statement> run() {
        while (at_ < text_.size())
            step();
        return std::move(found_);
    }

private:
    bool in_source() const { return flavour_ == text_flavour::source_file; }
    char peek(size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    void newline() {
        ++line_;
        fresh_line_ = may_start_ = true;
    }

    void step() {
        const char c = text_[at_];
        if (c == '\n') {
            ++at_;
            newline();
        } else if (is_blank(c)) {
            ++at_;
        } else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
            skip_continuation();
        } else if (comment_starts(at_)) {
            skip_comment();
        } else if (c == '#' && fresh_line_ && in_source()) {
            directive();
        } else {
            token(c);
        }
    }

    void skip_continuation() {
        at_ += peek(1) == '\r' ? 3 : 2;
        ++line_;
    }

    bool comment_starts(size_t at) const {
        const char c = text_[at];
        const char next = at + 1 < text_.size() ? text_[at + 1] : '\0';
        return c == '@' || (c == '/' && (next == '/' || next == '*'));
    }

    void skip_comment() {
        if (text_[at_] == '/' && peek(1) == '*') {
            const size_t close = text_.find("*/", at_ + 2);
            const size_t end = close == std::string_view::npos ? text_.size() : close + 2;
            line_ +=
                static_cast<unsigned>(std::count(text_.begin() + static_cast<long>(at_),
                                                 text_.begin() + static_cast<long>(end), '\n'));
            at_ = end;
            return;
        }
        while (at_ < text_.size() && text_[at_] != '\n')
            ++at_;
    }

    // A preprocessor line holds no instruction, except the body of a #define.
    void directive() {
        fresh_line_ = false;
        ++at_;
        while (is_blank(peek()))
            ++at_;
        if (text_.substr(at_).starts_with("define")) {
            at_ += 6;
            skip_macro_head();
            may_start_ = true;
            return;
        }
        while (at_ < text_.size() && text_[at_] != '\n') {
            if (text_[at_] == '\\' && peek(1) == '\n')
                skip_continuation();
            else if (text_[at_] == '/' && peek(1) == '*')
                skip_comment();
            else
                ++at_;
        }
    }

    void skip_macro_head() {
        while (is_blank(peek()))
            ++at_;
        while (is_word(peek()))
            ++at_;
        if (peek() != '(')
            return;
        while (at_ < text_.size() && text_[at_] != ')' && text_[at_] != '\n')
            ++at_;
        if (peek() == ')')
            ++at_;
    }

    void token(char c) {
        fresh_line_ = false;
        if (c == '"') {
            skip_string();
        } else if (c == ';') {
            ++at_;
            may_start_ = true;
        } else if (is_word(c)) {
            word();
        } else if ((c == '(' || c == ',') && in_source()) {
            ++at_;
            may_start_ = true;
        } else {
            marked_word(c);
        }
    }

    void skip_string() {
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n')
            at_ += text_[at_] == '\\' && peek(1) != '\n' ? 2 : 1;
        if (peek() == '"')
            ++at_;
        may_start_ = false;
    }

    // \arg, .directive, %0, #imm: the word after the mark is no mnemonic.
    void marked_word(char c) {
        if (text_.substr(at_).starts_with(RAW_ESCAPE_THUMB))
            return skip_escaped(at_ + RAW_ESCAPE_THUMB.size());
        ++at_;
        may_start_ = false;
        if (c == '\\' || c == '.' || c == '%' || c == '#' || c == '$')
            while (is_word(peek()) || (c == '.' && peek() == '.'))
                ++at_;
        if (peek() == ':' && c != '#') {
            ++at_;
            may_start_ = true;
        }
    }

    void word() {
        const size_t begin = at_;
        while (is_word(peek()) || (peek() == '.' && is_word(peek(1))))
            ++at_;
        size_t colon = at_;
        while (colon < text_.size() && is_blank(text_[colon]))
            ++colon;
        if (colon < text_.size() && text_[colon] == ':') {
            at_ = colon + 1;
            may_start_ = true;
            return;
        }
        const bool could_start = may_start_;
        may_start_ = false;
        if (could_start)
            instruction(begin);
    }

    void instruction(size_t begin) {
        const size_t mnemonic_end = at_;
        if (peek() == '(')
            return;
        const std::string_view name = text_.substr(begin, at_ - begin);
        if (name.starts_with("pvn_escape"))
            return skip_escaped(at_);
        const size_t end = statement_end(mnemonic_end);
        if (name.starts_with("pvn_")) {
            at_ = end;
            return;
        }
        if (name.starts_with("svc") && trim(text_.substr(at_, end - at_)) == RAW_ESCAPE_ARM)
            return skip_escaped(at_);
        const statement found{begin, mnemonic_end, end, line_};
        if (may_be_sensitive(found.mnemonic(text_), found.operands(text_))) {
            found_.push_back(found);
            at_ = end;
        }
    }

    // A trap, and the instruction that it stands for.
    void skip_escaped(size_t from) {
        at_ = statement_end(from);
        if (peek() == ';')
            at_ = statement_end(at_ + 1);
    }

    size_t statement_end(size_t from) const {
        int depth = 0;
        size_t at = from;
        for (; at < text_.size(); ++at) {
            const char c = text_[at];
            if (c == '\n' || c == ';' || comment_starts(at))
                break;
            if (c == '\\' && at + 1 < text_.size() &&
                (text_[at + 1] == '\n' || text_[at + 1] == '\r'))
                break;
            if (c == '(')
                ++depth;
            if (c == ')' && --depth < 0)
                break;
        }
        while (at > from && is_blank(text_[at - 1]))
            --at;
        return at;
    }

    std::string_view text_;
    text_flavour flavour_;
    size_t at_ = 0;
    unsigned line_ = 1;
    bool fresh_line_ = true;
    bool may_start_ = true;
    std::vector<statement> found_;
};

// Mnemonics that may end in a condition, and what may stand between.
constexpr std::string_view STEMS[] = {"mrs",   "msr",  "mcr",   "mcr2",  "mrc",  "mrc2", "mcrr",
                                      "mcrr2", "mrrc", "mrrc2", "ldc",   "ldcl", "ldc2", "ldc2l",
                                      "stc",   "stcl", "stc2",  "stc2l", "cdp",  "cdp2", "wfi",
                                      "wfe",   "sev",  "sevl",  "yield", "smc",  "smi",  "hvc",
                                      "eret",  "vmrs", "vmsr",  "fmrx",  "fmxr", "dbg"};
constexpr std::string_view EXACT[] = {"cps",   "cpsie", "cpsid", "setend", "srs",   "srsia",
                                      "srsib", "srsda", "srsdb", "srsfd",  "srsea", "srsfa",
                                      "srsed", "rfe",   "rfeia", "rfeib",  "rfeda", "rfedb",
                                      "rfefd", "rfeea", "rfefa", "rfeed"};
constexpr std::string_view CONDITIONS = " eq ne cs hs cc lo mi pl vs vc hi ls ge lt gt le al ";

bool is_condition(std::string_view text) {
    return text.size() == 2 &&
           CONDITIONS.find(" " + std::string(text) + " ") != std::string_view::npos;
}

} // namespace

std::vector<statement> find_statements(std::string_view text, text_flavour flavour) {
    return scanner(text, flavour).run();
}

bool may_be_sensitive(std::string_view mnemonic, std::string_view operands) {
    const std::string name = lower(mnemonic);
    for (const std::string_view stem : STEMS)
        if (name.starts_with(stem) && (name.size() == stem.size() ||
                                       is_condition(std::string_view(name).substr(stem.size()))))
            return true;
    for (const std::string_view exact : EXACT)
        if (name == exact || (name.starts_with(exact) && exact.size() >= 5 &&
                              is_condition(std::string_view(name).substr(exact.size()))))
            return true;
    if (name.starts_with("ldm") || name.starts_with("stm") || name.starts_with("pop"))
        return operands.find('^') != std::string_view::npos;
    if (name.starts_with("ldr") || name.starts_with("str"))
        return name.find('t', 3) != std::string::npos;
    if (name.size() < 4 || name.find('s', 3) == std::string::npos)
        return false;
    const std::string rest = lower(trim(operands));
    return rest.starts_with("pc") || rest.starts_with("r15");
}

std::string without_comments(std::string_view text) {
    std::string out(text);
    char quote = '\0';
    for (size_t i = 0; i < out.size(); ++i) {
        const char next = i + 1 < out.size() ? out[i + 1] : '\0';
        if (quote != '\0') {
            if (out[i] == '\\')
                ++i;
            else if (out[i] == quote || out[i] == '\n')
                quote = '\0';
        } else if (out[i] == '"' || out[i] == '\'') {
            quote = out[i];
        } else if (out[i] == '/' && (next == '/' || next == '*')) {
            const std::string_view end = next == '/' ? "\n" : "*/";
            const size_t close = std::min(out.find(end, i + 2), out.size());
            for (; i < close; ++i)
                out[i] = out[i] == '\n' ? '\n' : ' ';
            if (next == '*' && i + 1 < out.size())
                out[i] = out[i + 1] = ' ';
        }
    }
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::string_view trim(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t\r\n\f");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n\f") - first + 1);
}

} // namespace paravane::port
