// SPDX-License-Identifier: BSD-2-Clause
// A walk over preprocessed text: line markers, directives of the set, conditionals,
// macros and their uses. Both branches of .if are walked.
#include "asm_isa.hpp"

#include "edit.hpp"
#include "preprocess.hpp"
#include "statement.hpp"

#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>

namespace paravane::port {
namespace fs = std::filesystem;
namespace {

struct source_line {
    const std::string* file;
    unsigned number;
    std::string text;
};

/// "# 12 "name" flags" of a preprocessor.
std::optional<std::pair<unsigned, std::string>> marker_of(std::string_view line) {
    if (!line.starts_with("# "))
        return std::nullopt;
    unsigned number = 0;
    const auto read = std::from_chars(line.data() + 2, line.data() + line.size(), number);
    const std::string_view rest = trim({read.ptr, line.data() + line.size()});
    if (read.ec != std::errc{} || !rest.starts_with('"'))
        return std::nullopt;
    return std::pair{number, std::string(rest.substr(1, rest.find('"', 1) - 1))};
}

std::vector<source_line> lines_of(std::string_view text, std::set<std::string>& names) {
    std::vector<source_line> lines;
    const std::string* file = &*names.emplace().first;
    unsigned number = 1;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (const auto marker = marker_of(line)) {
            number = marker->first;
            file = &*names.insert(marker->second).first;
            continue;
        }
        lines.push_back({file, number++, std::string(line)});
    }
    return lines;
}

/// Statements of a line, labels taken off.
std::vector<std::string_view> statements_of(std::string_view line) {
    std::vector<std::string_view> out;
    while (!line.empty()) {
        const size_t end = std::min(line.find(';'), line.size());
        std::string_view one = trim(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
        for (size_t n = 0; n < one.size(); ++n) {
            const char c = one[n];
            if (c == ':')
                one = trim(one.substr(n + 1)), n = static_cast<size_t>(-1);
            else if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '.' &&
                     c != '$')
                break;
        }
        if (!one.empty())
            out.push_back(one);
    }
    return out;
}

std::string first_word(std::string_view statement) {
    return lower(statement.substr(0, statement.find_first_of(" \t(,")));
}

class follower {
public:
    follower(isa_lines& out, uint8_t first) : out_(out), now_(first) {}

    void walk(const std::vector<source_line>& lines, unsigned depth = 0) {
        constexpr unsigned DEEPEST = 24;
        constexpr size_t MOST = 10'000'000; // macros that double each other would go on for ever
        for (size_t i = 0; i < lines.size() && depth < DEEPEST && ++walked_ < MOST; ++i) {
            const auto statements = statements_of(lines[i].text);
            const source_line& line = lines[i];
            for (const std::string_view one : statements) {
                const std::string word = first_word(one);
                if (word == ".macro") {
                    i = define(lines, i, one);
                    break;
                }
                if (directive(word, one))
                    continue;
                if (const auto macro = macros_.find(word); macro != macros_.end())
                    walk(*std::shared_ptr(macro->second), depth + 1);
            }
            if (!statements.empty())
                out_[*line.file][line.number] |= now_;
        }
    }

private:
    /// Keeps the body; returns the line of its .endm.
    size_t define(const std::vector<source_line>& lines, size_t at, std::string_view head) {
        const std::string name = first_word(trim(head.substr(6)));
        auto body = std::make_shared<std::vector<source_line>>();
        unsigned open = 1;
        for (++at; at < lines.size(); ++at) {
            const std::string word = first_word(trim(lines[at].text));
            open += word == ".macro" ? 1 : 0;
            open -= word == ".endm" || word == ".endmacro" ? 1 : 0;
            if (open == 0)
                break;
            body->push_back(lines[at]);
        }
        macros_[name] = std::move(body);
        return at;
    }

    bool directive(const std::string& word, std::string_view statement) {
        const std::string_view operand = trim(statement.substr(word.size()));
        if (word == ".thumb" || word == ".thumb_func" || word == ".force_thumb" ||
            (word == ".code" && operand == "16"))
            now_ = ISA_THUMB;
        else if (word == ".arm" || (word == ".code" && operand == "32"))
            now_ = ISA_ARM;
        else if (word.starts_with(".if"))
            open_.push_back({now_, 0, false});
        else if (word.starts_with(".else") && !open_.empty())
            other_branch(word == ".else");
        else if (word == ".endif" && !open_.empty())
            close();
        else
            return false;
        return true;
    }

    void other_branch(bool last) {
        open_.back().seen |= now_;
        open_.back().complete |= last;
        now_ = open_.back().entry;
    }

    void close() {
        const branch& ended = open_.back();
        now_ |= ended.seen | (ended.complete ? 0 : ended.entry);
        open_.pop_back();
    }

    struct branch {
        uint8_t entry;
        uint8_t seen;
        bool complete; ///< has an .else
    };

    isa_lines& out_;
    uint8_t now_;
    size_t walked_ = 0;
    std::vector<branch> open_;
    std::map<std::string, std::shared_ptr<std::vector<source_line>>> macros_;
};

bool speaks_of_thumb(const std::string& path) {
    const auto text = read_file(path);
    if (!text)
        return false;
    const std::string_view all = *text;
    return all.find(".thumb") != std::string_view::npos ||
           all.find(".force_thumb") != std::string_view::npos ||
           all.find(".code") != std::string_view::npos;
}

outcome<std::string> as_it_is(const std::string& path) {
    auto text = read_file(path);
    return text ? "# 1 \"" + path + "\"\n" + *text : text;
}

} // namespace

isa_lines follow_isa(std::string_view text, uint8_t first) {
    isa_lines out;
    std::set<std::string> names;
    follower(out, first).walk(lines_of(text, names));
    return out;
}

asm_isas::asm_isas(const std::vector<compile_unit>& units, include_walk& walk) {
    for (const compile_unit& unit : units)
        if (unit.assembly)
            read(unit, walk.files_of(unit));
}

void asm_isas::read(const compile_unit& unit, const std::vector<std::string>& files) {
    const uint8_t first = is_thumb(unit.command) ? ISA_THUMB : ISA_ARM;
    if (unit.file.ends_with(".s"))
        raw_.insert(files.begin(), files.end());
    bool mentioned = false;
    for (const std::string& path : files) {
        const auto [known, fresh] = mentions_.try_emplace(path, false);
        if (fresh)
            known->second = speaks_of_thumb(path);
        mentioned |= known->second;
    }
    if (!mentioned) {
        for (const std::string& path : files)
            files_[path] |= first;
        return;
    }
    const auto text = unit.file.ends_with(".s") ? as_it_is(unit.file) : preprocess(unit);
    if (!text)
        notes_.push_back(text.error().message + "; whether it is ARM or Thumb is not known");
    const isa_lines followed = text ? follow_isa(*text, first) : isa_lines{};
    uint8_t used = text ? first : uint8_t{ISA_BOTH};
    for (const auto& [name, lines] : followed)
        for (const auto& [line, mask] : lines)
            used |= mask;
    for (const std::string& path : files)
        (used == ISA_BOTH ? mixed_ : files_)[path] |= used;
    if (used == ISA_BOTH)
        keep(unit, followed);
}

void asm_isas::keep(const compile_unit& unit, const isa_lines& followed) {
    for (const auto& [name, lines] : followed) {
        std::error_code error;
        const fs::path real = fs::canonical(fs::path(unit.directory) / name, error);
        auto& known = lines_[error ? name : real.string()];
        for (const auto& [line, mask] : lines)
            known[line] |= mask;
    }
}

namespace {

// What both neighbours of a line are; all sets when they differ.
uint8_t around(const std::map<unsigned, uint8_t>& lines, unsigned line) {
    const auto after = lines.lower_bound(line);
    if (after != lines.end() && after->first == line)
        return after->second;
    if (lines.empty())
        return ISA_BOTH;
    const auto before = after == lines.begin() ? after : std::prev(after);
    return before->second | (after == lines.end() ? before : after)->second;
}

} // namespace

uint8_t asm_isas::of(const std::string& path, unsigned line, bool in_define) const {
    uint8_t sets = ISA_NONE;
    if (const auto file = files_.find(path); file != files_.end())
        sets |= file->second;
    if (mixed_.contains(path)) {
        const auto file = lines_.find(path);
        const bool known = file != lines_.end() && !in_define;
        if (known && file->second.contains(line))
            sets |= file->second.at(line);
        else if (sets == ISA_NONE)
            sets = known ? around(file->second, line) : uint8_t{ISA_BOTH};
    }
    return sets == ISA_NONE ? uint8_t{ISA_ARM} : sets;
}

} // namespace paravane::port
