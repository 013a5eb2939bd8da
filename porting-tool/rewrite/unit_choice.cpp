// SPDX-License-Identifier: BSD-2-Clause
// A text pass over every file, then a greedy cover. The pass may name too many
// lines, never too few: what clang then does not see is reported as hidden.
#include "unit_choice.hpp"

#include "edit.hpp"
#include "statement.hpp"

#include <algorithm>
#include <cctype>

namespace paravane::port {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// A string literal's characters from its opening quote on; `at` moves behind it.
std::string literal_at(std::string_view line, size_t& at) {
    std::string text;
    for (++at; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] != '\\' || at + 1 >= line.size())
            text += line[at];
        else
            text += line[++at] == 'n' ? '\n' : ' ';
    }
    at = std::min(at + 1, line.size());
    return text;
}

// True when a string literal of the line starts a statement with such a mnemonic.
bool names_mnemonic(std::string_view line) {
    for (size_t at = line.find('"'); at < line.size(); at = line.find('"', at))
        if (!find_statements(literal_at(line, at), text_flavour::inline_template).empty())
            return true;
    return false;
}

std::string defined_macro(std::string_view line) {
    line = trim(line);
    if (!line.starts_with('#'))
        return {};
    line = trim(line.substr(1));
    if (!line.starts_with("define"))
        return {};
    line = trim(line.substr(6));
    size_t end = 0;
    while (end < line.size() && is_word(line[end]))
        ++end;
    return std::string(line.substr(0, end));
}

// Where `asm` or a spelling of it stands as a word, or nothing.
size_t asm_word(std::string_view line) {
    for (const std::string_view word : {"asm", "__asm__", "__asm"})
        for (size_t at = line.find(word); at != std::string_view::npos;
             at = line.find(word, at + 1))
            if ((at == 0 || !is_word(line[at - 1])) &&
                (at + word.size() == line.size() || !is_word(line[at + word.size()])))
                return at;
    return std::string_view::npos;
}

// True when what stands left of a stringified token leaves it the place of a mnemonic.
bool may_start_statement(std::string_view left) {
    left = trim(left);
    if (!left.ends_with('"'))
        return !left.ends_with('#');
    const size_t open = left.find_last_of('"', left.size() - 2);
    std::string_view literal = left.substr(open + 1, left.size() - open - 2);
    if (const size_t line = literal.rfind("\\n"); line != std::string_view::npos)
        literal = literal.substr(line + 2);
    return literal.find_first_not_of("\\t ;") == std::string_view::npos;
}

// True when the line makes asm text from tokens: only clang can tell what it becomes.
bool pastes_text(std::string_view line) {
    if (trim(line).starts_with('#') && defined_macro(line).empty())
        return false;
    if (const size_t word = asm_word(line); word != std::string_view::npos) {
        const size_t open = line.find('(', word);
        const size_t next =
            open == std::string_view::npos ? open : line.find_first_not_of(" \t", open + 1);
        if (next != std::string_view::npos && line[next] != '"' && line[next] != '\\')
            return true;
    }
    for (size_t hash = line.find('#', 1); hash != std::string_view::npos;
         hash = line.find('#', hash + 1)) {
        size_t right = hash + 1;
        while (right < line.size() && is_word(line[right]))
            ++right;
        const size_t next = line.find_first_not_of(" \t", right);
        const bool beside_string = trim(line.substr(0, hash)).ends_with('"') ||
                                   (next != std::string_view::npos && line[next] == '"');
        if (right > hash + 1 && beside_string && may_start_statement(line.substr(0, hash)))
            return true;
    }
    return false;
}

std::unordered_set<uint64_t> words_of(std::string_view text) {
    std::unordered_set<uint64_t> words;
    for (size_t at = 0; at < text.size();) {
        if (!is_word(text[at])) {
            ++at;
            continue;
        }
        size_t end = at;
        while (end < text.size() && is_word(text[end]))
            ++end;
        words.insert(std::hash<std::string_view>{}(text.substr(at, end - at)));
        at = end;
    }
    return words;
}

constexpr unsigned TRIES_OF_A_MACRO = 3;

} // namespace

std::vector<wanted_line> wanted_lines(const std::string& path, std::string_view text) {
    std::vector<wanted_line> out;
    const std::string code = without_comments(text);
    const std::string_view all = code;
    std::string macro;
    unsigned number = 0;
    unsigned defined = 0;
    bool continued = false;
    for (size_t at = 0; at < all.size();) {
        const size_t end = std::min(all.find('\n', at), all.size());
        const std::string_view line = all.substr(at, end - at);
        at = end + 1;
        ++number;
        if (!continued) {
            macro = defined_macro(line);
            defined = macro.empty() ? 0 : number;
        }
        continued = trim(line).ends_with('\\');
        const bool certain = names_mnemonic(line);
        if (certain || pastes_text(line))
            out.push_back({path, number, macro, defined, certain});
    }
    return out;
}

unit_choice::unit_choice(std::span<const compile_unit> units, include_walk& walk)
    : units_(units), wanted_(units.size()), sizes_(units.size()) {
    for (const compile_unit& unit : units)
        if (!unit.assembly)
            add_unit(unit, walk);
    for (const source_file& file : files_)
        lines_.insert(lines_.end(), file.lines.begin(), file.lines.end());
    std::sort(lines_.begin(), lines_.end());
}

void unit_choice::add_unit(const compile_unit& unit, include_walk& walk) {
    const size_t index = static_cast<size_t>(&unit - units_.data());
    std::vector<unsigned> all{number_of(unit.file)};
    for (const std::string& path : unit.depends.empty() ? walk.files_of(unit) : unit.depends)
        all.push_back(number_of(path));
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    sizes_[index] = all.size();
    for (const unsigned file : all) {
        if (files_[file].lines.empty())
            continue;
        files_[file].readers.push_back(static_cast<unsigned>(index));
        wanted_[index].push_back(file);
    }
}

unsigned unit_choice::number_of(const std::string& path) {
    const auto [known, fresh] = numbers_.emplace(path, static_cast<unsigned>(files_.size()));
    if (!fresh)
        return known->second;
    source_file& file = files_.emplace_back();
    if (const auto text = read_file(path)) {
        if (text.value().find("asm") != std::string::npos ||
            text.value().find("\"mrc") != std::string::npos)
            file.lines = wanted_lines(path, text.value());
        if (!path.ends_with(".h"))
            file.words = words_of(text.value());
    }
    return known->second;
}

std::vector<const compile_unit*> unit_choice::cover() const {
    std::vector<size_t> gains(units_.size());
    std::vector<bool> covered(files_.size());
    for (size_t i = 0; i < units_.size(); ++i)
        gains[i] = wanted_[i].size();
    std::vector<const compile_unit*> chosen;
    for (;;) {
        size_t best = 0;
        for (size_t i = 1; i < units_.size(); ++i)
            if (gains[i] > gains[best] || (gains[i] == gains[best] && sizes_[i] < sizes_[best]))
                best = i;
        if (units_.empty() || gains[best] == 0)
            return chosen;
        for (const unsigned file : wanted_[best]) {
            if (covered[file])
                continue;
            covered[file] = true;
            for (const unsigned reader : files_[file].readers)
                --gains[reader];
        }
        chosen.push_back(&units_[best]);
    }
}

bool unit_choice::names(const compile_unit& unit, const std::string& macro) const {
    const auto found = numbers_.find(unit.file);
    return found != numbers_.end() &&
           files_[found->second].words.contains(std::hash<std::string_view>{}(macro));
}

std::vector<const compile_unit*> unit_choice::more(const std::set<wanted_line>& unseen,
                                                   const std::set<const compile_unit*>& done) {
    std::set<const compile_unit*> chosen;
    std::set<std::string> asked;
    for (const wanted_line& line : unseen) {
        if (line.macro.empty() || !asked.insert(line.macro).second ||
            tries_[line.macro] == TRIES_OF_A_MACRO)
            continue;
        for (const unsigned reader : files_[numbers_.at(line.file)].readers) {
            const compile_unit* unit = &units_[reader];
            if (done.contains(unit) || !names(*unit, line.macro))
                continue;
            ++tries_[line.macro];
            chosen.insert(unit);
            break;
        }
    }
    return {chosen.begin(), chosen.end()};
}

} // namespace paravane::port
