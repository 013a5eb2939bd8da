// SPDX-License-Identifier: BSD-2-Clause
// The three subjects: site, text, overlay.
#include "rule_apply.hpp"

#include "statement.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

namespace paravane::port {
namespace fs = std::filesystem;
namespace {

bool allows(const std::vector<std::string>& list, const std::string& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

bool allows_path(const std::vector<std::string>& globs, const std::string& tree,
                 const std::string& path) {
    if (globs.empty())
        return true;
    const auto name = inside_tree(tree, path);
    return name && std::any_of(globs.begin(), globs.end(),
                               [&](const std::string& glob) { return glob_match(glob, *name); });
}

bool matches(const rule& one, const std::string& tree, const source_site& site) {
    const bool encoding =
        one.identities.empty() ||
        std::any_of(site.identities.begin(), site.identities.end(), [&](uint32_t identity) {
            return std::find(one.identities.begin(), one.identities.end(), identity) !=
                   one.identities.end();
        });
    return one.subject == rule_subject::site && encoding && allows(one.functions, site.function) &&
           allows(one.macros, site.macro) && allows_path(one.files, tree, site.place.file);
}

source_site text_site(const rule& one, const std::string& path, unsigned line,
                      std::string_view text) {
    source_site site;
    site.place = {path, line};
    site.text = std::string(trim(text));
    site.category = one.category;
    site.fate = one.action == rule_action::harmless ? disposition::harmless : disposition::by_hand;
    site.rule = one.id;
    site.reason = one.reason;
    return site;
}

outcome<bool> add_files(const fs::path& from, const std::string& to, port_plan& plan) {
    std::error_code error;
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(from, error))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    if (error)
        return failure{from.string() + ": cannot be read: " + error.message(), 4};
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
        auto content = read_file(file.string());
        if (!content)
            return content.error();
        plan.added.push_back({(fs::path(to) / file.lexically_relative(from)).lexically_normal(),
                              std::move(*content)});
    }
    return true;
}

outcome<bool> add_hook(const rule& one, const text_edit& hook, port_plan& plan) {
    const std::string path = (fs::path(plan.tree) / hook.file).string();
    const auto text = read_file(path);
    if (!text)
        return text.error();
    const std::string& bytes = text.value();
    if (!hook.instead.empty() && bytes.find(hook.instead) != std::string::npos)
        return false;
    const size_t at = bytes.find(hook.anchor);
    if (at == std::string::npos || bytes.find(hook.anchor, at + 1) != std::string::npos)
        return failure{path + ": the anchor of rule '" + one.id +
                           "' must stand there exactly once; the tree may be of another version",
                       3};
    if (!hook.instead.empty())
        return plan.edits.add(path, {at, hook.anchor, hook.instead, one.id});
    const size_t behind = at + hook.anchor.size();
    const std::string& before = hook.before;
    const bool stands_before =
        at >= before.size() && bytes.compare(at - before.size(), before.size(), before) == 0;
    if (!stands_before)
        if (auto added = plan.edits.add(path, {at, "", before, one.id}); !added)
            return added;
    if (bytes.compare(behind, hook.insert.size(), hook.insert) == 0)
        return false;
    return plan.edits.add(path, {behind, "", hook.insert, one.id});
}

} // namespace

void apply_site_rules(const rule_set& rules, int level, const std::string& tree,
                      found_site& found) {
    for (const rule& one : rules.rules) {
        if (static_cast<int>(one.level) > level || !matches(one, tree, found.site))
            continue;
        found.site.rule = one.id;
        found.site.reason = one.reason;
        if (one.action == rule_action::harmless || one.action == rule_action::by_hand) {
            found.site.fate =
                one.action == rule_action::harmless ? disposition::harmless : disposition::by_hand;
            found.site.level = port_level::none;
            found.edits.clear();
        } else if (!one.replacement.empty() && !found.edits.empty()) {
            // The statement starts where its first edit does; the bytes are checked later.
            found_edit whole = found.edits.front();
            whole.change.expected = found.site.text;
            whole.change.text = one.replacement;
            whole.change.rule = one.id;
            found.edits.assign(1, std::move(whole));
            found.site.level = one.level;
        }
        return;
    }
}

namespace {

// Comments gone, but for .S files, where '@' and '#' open some and a text rule must do.
std::string code_of(const std::string& path, const std::string& text) {
    return path.ends_with(".S") || path.ends_with(".s") ? text : without_comments(text);
}

// The lines, by the offset of their first character, that hold one of the words.
std::set<size_t> lines_with(const std::vector<std::string>& words, std::string_view text) {
    std::set<size_t> lines;
    for (const std::string& word : words)
        for (size_t at = text.find(word); at != std::string_view::npos;
             at = text.find(word, at + 1))
            lines.insert(at == 0 ? 0 : text.rfind('\n', at - 1) + 1);
    return lines;
}

std::set<size_t> all_lines(std::string_view text) {
    std::set<size_t> lines{0};
    for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
        lines.insert(at + 1);
    return lines;
}

} // namespace

outcome<std::vector<source_site>> text_sites(const rule_set& rules, const std::string& tree,
                                             const std::vector<std::string>& files) {
    std::vector<std::pair<const rule*, std::regex>> patterns;
    for (const rule& one : rules.rules)
        if (one.subject == rule_subject::text)
            patterns.emplace_back(
                &one, std::regex(one.pattern, std::regex::extended | std::regex::icase));
    std::vector<source_site> out;
    for (const std::string& path : files) {
        if (!inside_tree(tree, path))
            continue;
        std::string text;
        std::set<std::pair<std::string, size_t>> reported; ///< category and line
        for (const auto& [one, pattern] : patterns) {
            if (!allows_path(one->files, tree, path))
                continue;
            if (text.empty()) {
                const auto read = read_file(path);
                if (!read)
                    return read.error();
                text = code_of(path, read.value());
            }
            for (const size_t at :
                 one->words.empty() ? all_lines(text) : lines_with(one->words, text)) {
                const std::string line = text.substr(at, text.find('\n', at) - at);
                if (std::regex_search(line, pattern) && reported.emplace(one->category, at).second)
                    out.push_back(text_site(*one, path, line_of(text, at), line));
            }
        }
    }
    return out;
}

outcome<bool> add_overlays(const rule_set& rules, int level, const std::string& abi_headers,
                           port_plan& plan) {
    for (const rule& one : rules.rules) {
        if (one.subject != rule_subject::overlay || static_cast<int>(one.level) > level)
            continue;
        const fs::path guest = fs::path(one.path).parent_path().parent_path();
        if (!one.overlay_from.empty())
            if (auto added = add_files(guest / one.overlay_from, one.overlay_to, plan); !added)
                return added;
        if (!one.overlay_abi.empty())
            if (auto added = add_files(abi_headers, one.overlay_abi, plan); !added)
                return added;
        for (const text_edit& hook : one.hooks)
            if (auto added = add_hook(one, hook, plan); !added)
                return added;
    }
    return true;
}

} // namespace paravane::port
