// SPDX-License-Identifier: BSD-2-Clause
// A text pass over every file, then a greedy cover. The pass may name too many
// lines, never too few: what clang then does not see is reported as hidden.
#include "unit_choice.hpp"

#include "edit.hpp"
#include "include_walk.hpp"
#include "statement.hpp"

#include <algorithm>
#include <cctype>

namespace paravane::port {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// True when a string literal of the line starts a statement with such a mnemonic.
bool names_mnemonic(std::string_view line) {
    const std::string_view code = trim(line);
    if (code.starts_with("*") || code.starts_with("/*") || code.starts_with("//"))
        return false;
    for (size_t open = line.find('"'); open != std::string_view::npos;) {
        std::string text;
        size_t at = open + 1;
        for (; at < line.size() && line[at] != '"'; ++at) {
            if (line[at] != '\\' || at + 1 >= line.size())
                text += line[at];
            else
                text += line[++at] == 'n' ? '\n' : ' ';
        }
        if (!find_statements(text, text_flavour::inline_template).empty())
            return true;
        open = line.find('"', std::min(at, line.size() - 1) + 1);
    }
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

// True when the line makes asm text from tokens: only clang can tell what it becomes.
bool pastes_text(std::string_view line) {
    if (trim(line).starts_with('#') && defined_macro(line).empty())
        return false;
    for (const std::string_view word : {"asm", "__asm__", "__asm"}) {
        size_t at = line.find(word);
        if (at == std::string_view::npos || (at > 0 && is_word(line[at - 1])))
            continue;
        at = line.find('(', at);
        const size_t next =
            at == std::string_view::npos ? at : line.find_first_not_of(" \t", at + 1);
        if (next != std::string_view::npos && line[next] != '"' && line[next] != '\\')
            return true;
    }
    for (size_t hash = line.find('#', 1); hash != std::string_view::npos;
         hash = line.find('#', hash + 1)) {
        const size_t left = line.find_last_not_of(" \t", hash - 1);
        size_t right = hash + 1;
        while (right < line.size() && is_word(line[right]))
            ++right;
        right = line.find_first_not_of(" \t", right);
        const bool beside_string = (left != std::string_view::npos && line[left] == '"') ||
                                   (right != std::string_view::npos && line[right] == '"');
        if (beside_string && hash + 1 < line.size() && is_word(line[hash + 1]))
            return true;
    }
    return false;
}

std::set<uint64_t> words_of(std::string_view text) {
    std::set<uint64_t> words;
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

} // namespace

std::vector<wanted_line> wanted_lines(const std::string& path, std::string_view text) {
    std::vector<wanted_line> out;
    const bool has_asm = text.find("asm") != std::string_view::npos;
    std::string macro;
    unsigned number = 0;
    bool continued = false;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        ++number;
        if (!continued)
            macro = defined_macro(line);
        continued = trim(line).ends_with('\\');
        if (names_mnemonic(line) || (has_asm && pastes_text(line)))
            out.push_back({path, number, macro});
    }
    return out;
}

unit_choice::unit_choice(const std::vector<compile_unit>& units) : units_(units) {
    include_walk walk;
    for (const compile_unit& unit : units) {
        std::vector<std::string> all;
        if (!unit.assembly) {
            all = unit.depends.empty() ? walk.files_of(unit) : unit.depends;
            all.push_back(unit.file);
            std::sort(all.begin(), all.end());
            all.erase(std::unique(all.begin(), all.end()), all.end());
            for (const std::string& path : all)
                file(path);
        }
        depends_.push_back(std::move(all));
    }
    for (const auto& [path, content] : files_)
        lines_.insert(lines_.end(), content.lines.begin(), content.lines.end());
}

const unit_choice::source_file& unit_choice::file(const std::string& path) {
    const auto known = files_.find(path);
    if (known != files_.end())
        return known->second;
    source_file& fresh = files_[path];
    const auto text = read_file(path);
    if (text) {
        if (text.value().find("asm") != std::string::npos ||
            text.value().find("\"mrc") != std::string::npos)
            fresh.lines = wanted_lines(path, text.value());
        if (!path.ends_with(".h"))
            fresh.words = words_of(text.value());
    }
    return fresh;
}

std::vector<const compile_unit*> unit_choice::cover() const {
    std::set<std::string> open;
    for (const wanted_line& line : lines_)
        open.insert(line.file);
    std::vector<const compile_unit*> chosen;
    while (!open.empty()) {
        size_t best = units_.size();
        size_t best_gain = 0;
        for (size_t i = 0; i < units_.size(); ++i) {
            const size_t gain = static_cast<size_t>(
                std::count_if(depends_[i].begin(), depends_[i].end(),
                              [&](const std::string& path) { return open.contains(path); }));
            const bool smaller = gain == best_gain && best < units_.size() &&
                                 depends_[i].size() < depends_[best].size();
            if (gain > best_gain || (gain > 0 && smaller)) {
                best = i;
                best_gain = gain;
            }
        }
        if (best == units_.size())
            break;
        for (const std::string& path : depends_[best])
            open.erase(path);
        chosen.push_back(&units_[best]);
    }
    return chosen;
}

bool unit_choice::names(const compile_unit& unit, const std::string& macro) const {
    const auto found = files_.find(unit.file);
    return found != files_.end() &&
           found->second.words.contains(std::hash<std::string_view>{}(macro));
}

std::vector<const compile_unit*>
unit_choice::more(const std::set<wanted_line>& unseen,
                  const std::set<const compile_unit*>& done) const {
    std::set<const compile_unit*> chosen;
    for (const wanted_line& line : unseen) {
        if (line.macro.empty())
            continue;
        for (size_t i = 0; i < units_.size(); ++i) {
            const compile_unit* unit = &units_[i];
            if (!done.contains(unit) && !unit->assembly && names(*unit, line.macro) &&
                std::binary_search(depends_[i].begin(), depends_[i].end(), line.file)) {
                chosen.insert(unit);
                break;
            }
        }
    }
    return {chosen.begin(), chosen.end()};
}

} // namespace paravane::port
