// SPDX-License-Identifier: BSD-2-Clause
// Template characters to file offsets, operands to samples, statements to rules.
#include "asm_statement.hpp"

#include <clang/Basic/SourceManager.h>
#include <clang/Basic/TargetInfo.h>
#include <clang/Lex/Lexer.h>

#include <algorithm>
#include <cctype>

namespace paravane::port {
namespace {

std::string sample_for(std::string_view constraint) {
    for (const char c : constraint) {
        if (c == 'r' || c == 'l' || c == 'h' || std::isdigit(static_cast<unsigned char>(c)) != 0)
            return "r2";
        if (c == 'Q' || c == 'm' || c == 'o' || c == 'V')
            return "[r3]";
        if (c == 'w' || c == 't' || c == 'x')
            return "d0";
        if (c == 'I' || c == 'i' || c == 'n' || c == 'J' || c == 'K' || c == 'L' || c == 'M')
            return "#19";
    }
    return "r2";
}

// The operand behind a '%', by number or by name.
operand_sample sample_operand_of(const clang::GCCAsmStmt& statement, std::string_view after) {
    size_t at = 0;
    char modifier = '\0';
    if (after.starts_with("%"))
        return {"%", 1};
    if (at < after.size() && std::isalpha(static_cast<unsigned char>(after[at])) != 0)
        modifier = after[at++];
    unsigned index = ~0u;
    const unsigned outputs = statement.getNumOutputs();
    if (at < after.size() && after[at] == '[') {
        const size_t close = after.find(']', at);
        if (close == std::string_view::npos)
            return {};
        const int named =
            statement.getNamedOperand(llvm::StringRef(after.data() + at + 1, close - at - 1));
        index = named < 0 ? ~0u : static_cast<unsigned>(named);
        at = close + 1;
    } else {
        unsigned value = 0;
        const size_t digits = at;
        while (at < after.size() && std::isdigit(static_cast<unsigned char>(after[at])) != 0)
            value = value * 10 + static_cast<unsigned>(after[at++] - '0');
        if (at == digits)
            return {};
        index = value;
    }
    std::string sample = "r2";
    if (index < outputs)
        sample = sample_for(std::string_view(statement.getOutputConstraint(index)));
    else if (index - outputs < statement.getNumInputs())
        sample = sample_for(std::string_view(statement.getInputConstraint(index - outputs)));
    if (modifier == 'R' || modifier == 'H')
        sample = "r3";
    if (modifier == 'c')
        sample = "3";
    return {sample, at};
}

} // namespace

std::optional<spelled_range> asm_reader::spelled(const clang::StringLiteral& text, size_t offset,
                                                 size_t length) const {
    const clang::SourceManager& sources = context_.getSourceManager();
    const auto where = [&](size_t at) {
        return sources.getSpellingLoc(text.getLocationOfByte(
            static_cast<unsigned>(at), sources, context_.getLangOpts(), context_.getTargetInfo()));
    };
    const clang::SourceLocation first = where(offset);
    if (first.isInvalid() || sources.isWrittenInScratchSpace(first) ||
        sources.isWrittenInBuiltinFile(first) || sources.isWrittenInCommandLineFile(first))
        return std::nullopt;
    const auto [file, begin] = sources.getDecomposedLoc(first);
    const auto entry = sources.getFileEntryRefForID(file);
    if (!entry)
        return std::nullopt;
    size_t end = begin;
    if (length > 0) {
        const auto [last_file, last] = sources.getDecomposedLoc(where(offset + length - 1));
        if (last_file != file || last + 1 - begin != length)
            return std::nullopt;
        end = last + 1;
    }
    const llvm::StringRef real = entry->getFileEntry().tryGetRealPathName();
    const llvm::StringRef bytes = sources.getBufferData(file).slice(begin, end);
    if (bytes != text.getString().slice(offset, offset + length))
        return std::nullopt;
    return spelled_range{real.str(), begin, end};
}

source_place asm_reader::place_of(clang::SourceLocation where) const {
    const clang::SourceManager& sources = context_.getSourceManager();
    const clang::PresumedLoc presumed = sources.getPresumedLoc(where, false);
    if (presumed.isInvalid())
        return {};
    const auto entry = sources.getFileEntryRefForID(sources.getFileID(where));
    const std::string file = entry ? entry->getFileEntry().tryGetRealPathName().str()
                                   : std::string(presumed.getFilename());
    return {file, presumed.getLine()};
}

source_place asm_reader::spelled_place(clang::SourceLocation where) const {
    return place_of(context_.getSourceManager().getSpellingLoc(where));
}

std::vector<found_site> asm_reader::read(const clang::GCCAsmStmt& statement,
                                         const std::string& function, bool naked) {
    std::vector<found_site> found = read_text(*statement.getAsmString(), &statement, function);
    if (!found.empty() && !naked)
        if (auto whole = whole_statement(statement, found)) {
            whole->site.function = function;
            return {std::move(*whole)};
        }
    return found;
}

std::vector<found_site> asm_reader::read(const clang::FileScopeAsmDecl& declaration) {
    return read_text(*declaration.getAsmString(), nullptr, {});
}

std::vector<found_site> asm_reader::read_text(const clang::StringLiteral& literal,
                                              const clang::GCCAsmStmt* statement,
                                              const std::string& function) {
    std::vector<found_site> found;
    const std::string text = literal.getString().str();
    const clang::SourceManager& sources = context_.getSourceManager();
    const auto set = context_.getTargetInfo().getTriple().isThumb() ? isa::thumb : isa::arm;
    const auto sample = [&](std::string_view after) {
        return statement == nullptr ? operand_sample{} : sample_operand_of(*statement, after);
    };
    for (const paravane::port::statement& one :
         find_statements(text, text_flavour::inline_template)) {
        const auto what = recognize_.recognize(one.mnemonic(text), one.operands(text), set, sample);
        if (!what)
            continue;
        found_site site;
        site.site = site_of(*what, text.substr(one.begin, one.end - one.begin));
        site.site.function = function;
        const clang::SourceLocation begin =
            statement != nullptr ? statement->getAsmLoc() : literal.getBeginLoc();
        site.site.place = place_of(sources.getSpellingLoc(begin));
        if (begin.isMacroID()) {
            site.site.expansion = place_of(sources.getExpansionLoc(begin));
            site.site.macro =
                clang::Lexer::getImmediateMacroName(begin, sources, context_.getLangOpts()).str();
        }
        // A macro's arguments fill in what another use of it may fill in otherwise.
        if (begin.isMacroID() && !spelled(literal, one.begin, one.end - one.begin))
            site.site.open = {what->what};
        if (what->cls == sensitivity::harmless) {
            site.site.fate = disposition::harmless;
            site.site.rule = RULE_HARMLESS;
        } else {
            site.site.fate = disposition::trap;
            site.site.level = port_level::trap;
            site.site.rule = RULE_LEVEL0;
        }
        if (!what->unspellable.empty()) {
            site.site.fate = disposition::by_hand;
            site.site.level = port_level::none;
            site.site.rule.clear();
            site.site.reason = what->unspellable;
        }
        for (const local_edit& local : what->level0) {
            const auto range =
                spelled(literal, one.begin + local.offset, std::max<size_t>(local.length, 1));
            if (!range) {
                site.edits.clear();
                site.site.fate = disposition::by_hand;
                site.site.level = port_level::none;
                site.site.rule.clear();
                site.site.reason = "its text is pasted or stringified from tokens, so there is no "
                                   "one place to edit; write a rule for the macro";
                break;
            }
            site.edits.push_back(
                {range->path,
                 {range->begin, text.substr(one.begin + local.offset, local.length), local.text,
                  std::string(RULE_LEVEL0)}});
            if (local.offset == 0)
                site.site.place = {range->path,
                                   place_of(sources.getSpellingLoc(literal.getLocationOfByte(
                                                static_cast<unsigned>(one.begin), sources,
                                                context_.getLangOpts(), context_.getTargetInfo())))
                                       .line};
        }
        found.push_back(std::move(site));
    }
    return found;
}

std::optional<spelled_range> asm_reader::statement_range(const clang::GCCAsmStmt& statement) const {
    const clang::SourceManager& sources = context_.getSourceManager();
    const clang::SourceLocation first = sources.getSpellingLoc(statement.getAsmLoc());
    const clang::SourceLocation last = sources.getSpellingLoc(statement.getRParenLoc());
    if (first.isInvalid() || last.isInvalid() || sources.isWrittenInScratchSpace(first))
        return std::nullopt;
    const auto [file, begin] = sources.getDecomposedLoc(first);
    const auto [last_file, end] = sources.getDecomposedLoc(last);
    const auto entry = sources.getFileEntryRefForID(file);
    if (file != last_file || end < begin || !entry)
        return std::nullopt;
    const llvm::StringRef bytes = sources.getBufferData(file).slice(begin, end + 1);
    if (!(bytes.starts_with("asm") || bytes.starts_with("__asm")) || !bytes.ends_with(")"))
        return std::nullopt;
    return spelled_range{entry->getFileEntry().tryGetRealPathName().str(), begin, end + 1};
}

std::optional<std::string> asm_reader::source_text(const clang::Expr& expression) const {
    const clang::SourceManager& sources = context_.getSourceManager();
    const auto range =
        clang::CharSourceRange::getTokenRange(sources.getSpellingLoc(expression.getBeginLoc()),
                                              sources.getSpellingLoc(expression.getEndLoc()));
    bool invalid = false;
    const llvm::StringRef text =
        clang::Lexer::getSourceText(range, sources, context_.getLangOpts(), &invalid);
    if (invalid || text.empty())
        return std::nullopt;
    return text.str();
}

std::optional<std::string> asm_reader::replacement_of(const rule& matched,
                                                      const clang::GCCAsmStmt& statement) {
    std::string out;
    const std::string& pattern = matched.replacement;
    for (size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '{' || i + 2 >= pattern.size() || pattern[i + 2] != '}') {
            out += pattern[i];
            continue;
        }
        const unsigned index = static_cast<unsigned>(pattern[i + 1] - '0');
        const unsigned outputs = statement.getNumOutputs();
        if (index >= outputs + statement.getNumInputs())
            return std::nullopt;
        const clang::Expr* expression = index < outputs ? statement.getOutputExpr(index)
                                                        : statement.getInputExpr(index - outputs);
        const auto text = source_text(*expression->IgnoreImpCasts());
        if (!text)
            return std::nullopt;
        out += *text;
        i += 2;
    }
    return out;
}

std::optional<found_site> asm_reader::whole_statement(const clang::GCCAsmStmt& statement,
                                                      const std::vector<found_site>& parts) {
    std::map<std::string, unsigned> names;
    for (unsigned i = 0; i < statement.getNumOutputs(); ++i)
        names[statement.getOutputName(i).str()] = i;
    for (unsigned i = 0; i < statement.getNumInputs(); ++i)
        names[statement.getInputName(i).str()] = statement.getNumOutputs() + i;
    const auto instructions =
        normalize_template(statement.getAsmString()->getString().str(), names);
    for (const rule& one : rules_.rules) {
        if (one.subject != rule_subject::statement || static_cast<int>(one.level) > level_ ||
            one.instructions != instructions)
            continue;
        const auto range = statement_range(statement);
        const auto text = replacement_of(one, statement);
        if (!range || !text)
            continue;
        found_site whole;
        whole.site = parts.front().site;
        whole.site.identities.clear();
        whole.site.open.clear();
        for (const found_site& part : parts) {
            const source_site& site = part.site;
            whole.site.identities.insert(whole.site.identities.end(), site.identities.begin(),
                                         site.identities.end());
            whole.site.open.insert(whole.site.open.end(), site.open.begin(), site.open.end());
        }
        whole.site.text.clear();
        for (const std::string& instruction : instructions)
            whole.site.text += (whole.site.text.empty() ? "" : "; ") + instruction;
        whole.site.fate = disposition::rewritten;
        whole.site.level = one.level;
        whole.site.rule = one.id;
        whole.site.reason = one.reason;
        const clang::SourceManager& sources = context_.getSourceManager();
        whole.site.place = place_of(sources.getSpellingLoc(statement.getAsmLoc()));
        const auto file = sources.getFileID(sources.getSpellingLoc(statement.getAsmLoc()));
        whole.edits.push_back(
            {range->path,
             {range->begin, sources.getBufferData(file).slice(range->begin, range->end).str(),
              *text, one.id}});
        return whole;
    }
    return std::nullopt;
}

} // namespace paravane::port
