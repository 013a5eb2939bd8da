// SPDX-License-Identifier: BSD-2-Clause
// Reads rules and guests from TOML and says precisely what is wrong with them.
#include "rules.hpp"

#include "edit.hpp"
#include "statement.hpp"
#include "unit_cache.hpp"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <regex>

namespace paravane::port {
namespace fs = std::filesystem;
namespace {

template <typename Enum>
struct named {
    std::string_view name;
    Enum value;
};
constexpr std::array SUBJECTS = {named<rule_subject>{"statement", rule_subject::statement},
                                 named<rule_subject>{"site", rule_subject::site},
                                 named<rule_subject>{"text", rule_subject::text},
                                 named<rule_subject>{"overlay", rule_subject::overlay}};
constexpr std::array ACTIONS = {named<rule_action>{"rewrite", rule_action::rewrite},
                                named<rule_action>{"harmless", rule_action::harmless},
                                named<rule_action>{"by-hand", rule_action::by_hand},
                                named<rule_action>{"report", rule_action::report}};

template <typename Enum, size_t N>
bool choose(const std::array<named<Enum>, N>& names, std::string_view text, Enum& out) {
    for (const auto& one : names)
        if (one.name == text) {
            out = one.value;
            return true;
        }
    return false;
}

std::vector<std::string> strings(const toml::node_view<const toml::node> node) {
    std::vector<std::string> out;
    if (const auto* array = node.as_array())
        for (const toml::node& item : *array)
            out.push_back(item.value_or(std::string{}));
    else if (const auto one = node.value<std::string>())
        out.push_back(*one);
    return out;
}

void read_hooks(const toml::table& table, rule& out) {
    const auto* hooks = table["hook"].as_array();
    if (hooks == nullptr)
        return;
    for (const toml::node& node : *hooks) {
        const auto* hook = node.as_table();
        if (hook == nullptr)
            continue;
        out.hooks.push_back(
            {(*hook)["file"].value_or(std::string{}), (*hook)["anchor"].value_or(std::string{}),
             (*hook)["after"].value_or(std::string{}), (*hook)["before"].value_or(std::string{}),
             (*hook)["instead"].value_or(std::string{})});
    }
}

constexpr std::string_view KNOWN =
    " doc reason category level subject action match replace overlay hook match.instructions "
    "match.file match.function match.macro match.pattern match.word match.encoding replace.with "
    "overlay.from overlay.to overlay.abi hook.file hook.anchor hook.after hook.before "
    "hook.instead ";

// A key that nobody reads is a mistyped one.
std::optional<std::string> unknown_key(const toml::table& table, const std::string& above = {}) {
    for (const auto& [key, value] : table) {
        const std::string name = above + std::string(key.str());
        if (KNOWN.find(" " + name + " ") == std::string_view::npos)
            return name;
        const auto* tables = value.as_array();
        for (size_t i = 0; tables != nullptr && i < tables->size(); ++i)
            if (const auto* one = tables->get(i)->as_table())
                if (auto wrong = unknown_key(*one, name + "."))
                    return wrong;
        if (const auto* one = value.as_table())
            if (auto wrong = unknown_key(*one, name + "."))
                return wrong;
    }
    return std::nullopt;
}

void read_match(const toml::table& table, rule& out) {
    const toml::table empty;
    const toml::table& match = table["match"].is_table() ? *table["match"].as_table() : empty;
    for (const std::string& line : strings(match["instructions"]))
        for (std::string& one : normalize_template(line, {}))
            out.instructions.push_back(std::move(one));
    out.files = strings(match["file"]);
    out.functions = strings(match["function"]);
    out.macros = strings(match["macro"]);
    out.pattern = match["pattern"].value_or(std::string{});
    out.words = strings(match["word"]);
    if (const auto* identities = match["encoding"].as_array())
        for (const toml::node& node : *identities)
            out.identities.push_back(static_cast<uint32_t>(node.value_or(int64_t{0})));
}

} // namespace

const rule* rule_set::find(std::string_view id) const {
    for (const rule& one : rules)
        if (one.id == id)
            return &one;
    return nullptr;
}

outcome<rule> read_rule(const std::string& path, const std::string& guest) {
    const toml::parse_result parsed = toml::parse_file(path);
    if (!parsed)
        return failure{path + ":" + std::to_string(parsed.error().source().begin.line) + ": " +
                           std::string(parsed.error().description()),
                       3};
    const toml::table& table = parsed.table();
    if (const auto wrong = unknown_key(table))
        return failure{path + ": unknown key '" + *wrong + "'", 3};
    rule out;
    out.path = path;
    out.guest = guest;
    out.id = guest + "/" + fs::path(path).stem().string();
    out.doc = table["doc"].value_or(std::string{});
    out.reason = table["reason"].value_or(std::string{});
    out.category = table["category"].value_or(std::string{"cpu"});
    const int64_t level = table["level"].value_or(int64_t{0});
    if (out.doc.empty() || out.reason.empty())
        return failure{path + ": a rule needs \"doc\" and \"reason\"", 3};
    if (level < 0 || level > 2)
        return failure{path + ": level is 0, 1 or 2", 3};
    out.level = static_cast<port_level>(level);
    if (!choose(SUBJECTS, table["subject"].value_or(std::string{"statement"}), out.subject))
        return failure{path + ": subject is statement, site, text or overlay", 3};
    if (!choose(ACTIONS, table["action"].value_or(std::string{"rewrite"}), out.action))
        return failure{path + ": action is rewrite, harmless, by-hand or report", 3};
    read_match(table, out);
    out.replacement = table["replace"]["with"].value_or(std::string{});
    out.overlay_from = table["overlay"]["from"].value_or(std::string{});
    out.overlay_to = table["overlay"]["to"].value_or(std::string{});
    out.overlay_abi = table["overlay"]["abi"].value_or(std::string{});
    read_hooks(table, out);
    if (out.subject == rule_subject::statement && out.instructions.empty())
        return failure{path + ": a statement rule needs match.instructions", 3};
    if (out.subject == rule_subject::text && out.pattern.empty())
        return failure{path + ": a text rule needs match.pattern", 3};
    try {
        const std::regex tried(out.pattern, std::regex::extended | std::regex::icase);
    } catch (const std::regex_error& why) {
        return failure{path + ": match.pattern: " + why.what(), 3};
    }
    return out;
}

namespace {

outcome<guest_info> read_guest(const fs::path& folder) {
    const std::string path = (folder / "guest.toml").string();
    const toml::parse_result parsed = toml::parse_file(path);
    if (!parsed)
        return failure{path + ":" + std::to_string(parsed.error().source().begin.line) + ": " +
                           std::string(parsed.error().description()),
                       3};
    const toml::table& table = parsed.table();
    guest_info info;
    info.name = folder.filename().string();
    info.folder = folder.string();
    info.title = table["title"].value_or(info.name);
    info.extends = strings(table["extends"]);
    info.exclude = strings(table["exclude"]);
    info.version_file = table["version"]["file"].value_or(std::string{});
    info.version_pattern = table["version"]["pattern"].value_or(std::string{});
    try {
        const std::regex tried(info.version_pattern);
    } catch (const std::regex_error& why) {
        return failure{path + ": version.pattern: " + why.what(), 3};
    }
    info.version_first = table["version"]["first"].value_or(std::string{});
    info.version_last = table["version"]["last"].value_or(std::string{});
    return info;
}

} // namespace

outcome<std::vector<guest_info>> list_guests(const std::vector<std::string>& roots) {
    std::map<std::string, guest_info> guests;
    std::error_code error;
    for (const std::string& root : roots)
        for (const fs::directory_entry& entry : fs::directory_iterator(root, error)) {
            if (!fs::exists(entry.path() / "guest.toml"))
                continue;
            auto info = read_guest(entry.path());
            if (!info)
                return info.error();
            guests.emplace(info->name, std::move(*info));
        }
    if (guests.empty())
        return failure{roots.front() + ": no guests here; --rules names the folder guest-patches",
                       3};
    std::vector<guest_info> all;
    for (auto& [name, info] : guests)
        all.push_back(std::move(info));
    return all;
}

namespace {

fs::path folder_of(const std::vector<std::string>& roots, const std::string& guest) {
    std::error_code ignored;
    for (const std::string& root : roots)
        if (fs::exists(fs::path(root) / guest / "guest.toml", ignored))
            return fs::path(root) / guest;
    return {};
}

} // namespace

outcome<rule_set> load_rules(const std::vector<std::string>& roots, const std::string& guest) {
    rule_set set;
    std::vector<std::string> wanted{guest};
    for (size_t i = 0; i < wanted.size(); ++i) {
        const fs::path folder = folder_of(roots, wanted[i]);
        if (folder.empty())
            return failure{wanted[i] + ": no such guest in " + roots.front() +
                               "; 'pvport rules' lists them",
                           2};
        const auto info = read_guest(folder);
        if (!info)
            return info.error();
        for (const std::string& base : info.value().extends)
            if (std::find(wanted.begin(), wanted.end(), base) == wanted.end())
                wanted.push_back(base);
        std::vector<std::string> files;
        std::error_code error;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder / "rules", error))
            if (entry.path().extension() == ".toml")
                files.push_back(entry.path().string());
        std::sort(files.begin(), files.end());
        for (const std::string& file : files) {
            auto one = read_rule(file, wanted[i]);
            if (!one)
                return one.error();
            const auto text = read_file(file);
            set.fingerprint = digest_of(set.fingerprint + file + (text ? *text : std::string{}));
            set.rules.push_back(std::move(*one));
        }
        set.include_folders.push_back(folder.string());
        set.guests.push_back(info.value());
        set.excluded.insert(set.excluded.end(), info.value().exclude.begin(),
                            info.value().exclude.end());
    }
    return set;
}

namespace {

std::vector<unsigned> numbers_of(std::string_view version) {
    std::vector<unsigned> out{0};
    for (const char c : version) {
        if (c == '.')
            out.push_back(0);
        else
            out.back() = out.back() * 10 + static_cast<unsigned>(c - '0');
    }
    return out;
}

// The version that a tree tells: the groups of the guest's pattern, joined by dots.
std::optional<std::string> version_of(const guest_info& guest, const std::string& tree) {
    const auto text = read_file((fs::path(tree) / guest.version_file).string());
    std::smatch match;
    if (!text || !std::regex_search(text.value(), match, std::regex(guest.version_pattern)))
        return std::nullopt;
    std::string version;
    for (size_t i = 1; i < match.size(); ++i)
        version += (i > 1 ? "." : "") + match[i].str();
    return version;
}

} // namespace

outcome<bool> check_versions(const rule_set& rules, const std::string& tree) {
    for (const guest_info& guest : rules.guests) {
        if (guest.version_file.empty())
            continue;
        const auto version = version_of(guest, tree);
        if (!version)
            return failure{tree + ": its " + guest.version_file + " tells no version that guest '" +
                               guest.name + "' knows; name another --guest",
                           3};
        const auto now = numbers_of(*version);
        if (now < numbers_of(guest.version_first) || now > numbers_of(guest.version_last))
            return failure{tree + ": is version " + *version + ", and guest '" + guest.name +
                               "' has rules for " + guest.version_first + " to " +
                               guest.version_last + "; name another --guest",
                           3};
    }
    return true;
}

namespace {

// One instruction: blanks single, none around commas, operand names as numbers.
std::string normalize_instruction(std::string_view text,
                                  const std::map<std::string, unsigned>& names) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == ' ' || c == '\t') {
            if (!out.empty() && out.back() != ' ' && out.back() != ',')
                out += ' ';
        } else if (c == ',') {
            while (out.ends_with(' '))
                out.pop_back();
            out += ',';
        } else if (c == '%' && i + 1 < text.size() && text[i + 1] == '[') {
            const size_t close = text.find(']', i);
            const auto name = names.find(std::string(text.substr(i + 2, close - i - 2)));
            out += name == names.end() ? "%?" : "%" + std::to_string(name->second);
            i = close == std::string_view::npos ? text.size() : close;
        } else {
            out += c;
        }
    }
    return lower(trim(out));
}

} // namespace

std::vector<std::string> normalize_template(std::string_view text,
                                            const std::map<std::string, unsigned>& names) {
    std::vector<std::string> out;
    std::string line;
    const auto flush = [&] {
        std::string one = normalize_instruction(line, names);
        if (!one.empty())
            out.push_back(std::move(one));
        line.clear();
    };
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (c == '\n' || c == ';') {
            flush();
        } else if (c == '@' || (c == '/' && next == '/')) {
            i = std::min(text.find('\n', i), text.size()) - 1;
        } else if (c == '/' && next == '*') {
            const size_t close = text.find("*/", i + 2);
            i = close == std::string_view::npos ? text.size() : close + 1;
        } else {
            line += c;
        }
    }
    flush();
    return out;
}

bool glob_match(std::string_view pattern, std::string_view path) {
    if (pattern.empty())
        return path.empty();
    if (pattern[0] == '*') {
        const bool deep = pattern.starts_with("**");
        const std::string_view rest = pattern.substr(deep ? 2 : 1);
        for (size_t i = 0; i <= path.size(); ++i) {
            if (glob_match(rest, path.substr(i)))
                return true;
            if (i < path.size() && path[i] == '/' && !deep)
                return false;
        }
        return false;
    }
    return !path.empty() && (pattern[0] == '?' || pattern[0] == path[0]) &&
           glob_match(pattern.substr(1), path.substr(1));
}

} // namespace paravane::port
