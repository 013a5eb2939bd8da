// SPDX-License-Identifier: BSD-2-Clause
// Rules as data: one TOML file each under guest-patches/<guest>/. A rule
// matches by what a site is (template, encoding, macro, function, file) and
// says what becomes of it. Read by plan.hpp, asked by the front ends.
#pragma once

#include "census/outcome.hpp"
#include "census/site.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace paravane::port {

/// What a rule looks at.
enum class rule_subject : uint8_t {
    statement, ///< a whole asm statement of C or C++, by its instructions
    site,      ///< one sensitive instruction, by kind, file, function or macro
    text,      ///< words in a file that no decoder sees
    overlay,   ///< files that the port adds, and hooks into files of the tree
};

/// What a rule does with its site.
enum class rule_action : uint8_t { rewrite, harmless, by_hand, report };

struct text_edit {
    std::string file;    ///< relative to the tree
    std::string anchor;  ///< exact text that stands once in the file
    std::string insert;  ///< goes after the anchor
    std::string before;  ///< goes before the anchor
    std::string instead; ///< takes the anchor's place
};

struct rule {
    std::string id;
    std::string path;  ///< where the rule is written
    std::string guest; ///< folder's name
    std::string doc;
    std::string reason;
    port_level level = port_level::trap;
    rule_subject subject = rule_subject::statement;
    rule_action action = rule_action::rewrite;

    std::vector<std::string> instructions; ///< statement: normalized template
    std::vector<uint32_t> identities;      ///< site: encodings, empty: any
    std::vector<std::string> files;        ///< globs on the path inside the tree, empty: any
    std::vector<std::string> functions;
    std::vector<std::string> macros;
    std::string pattern;            ///< text: a regular expression on one line, whatever its case
    std::vector<std::string> words; ///< text: only lines with one of these are tried
    std::string category;           ///< text: name of the class of the report
    std::string replacement;        ///< statement and site: text with {0}, {1} operands
    std::string overlay_from;       ///< overlay: folder in the guest's folder
    std::string overlay_to;         ///< overlay: folder in the tree
    std::string overlay_abi;        ///< overlay: folder for the ABI's headers
    std::vector<text_edit> hooks;
};

/// One guest folder's guest.toml: its version range and how to recognize a tree.
struct guest_info {
    std::string name;
    std::string folder;
    std::string title;
    std::vector<std::string> extends;
    std::vector<std::string> exclude; ///< globs of files that never run as a guest
    std::string version_file;         ///< file in the tree that tells the version
    std::string version_pattern; ///< ECMAScript regular expression whose groups make the version
    std::string version_first, version_last;
};

/// The rules of one guest and of the guests that it builds on.
struct rule_set {
    std::vector<rule> rules;
    std::vector<guest_info> guests;           ///< read, nearest first
    std::vector<std::string> include_folders; ///< guests read, nearest first
    std::vector<std::string> excluded;        ///< globs of files that never run as a guest
    std::string fingerprint;                  ///< digest of the rules' text, in their order

    const rule* find(std::string_view id) const;
};

/// Each guest is taken from the first of the folders that has it.
outcome<rule_set> load_rules(const std::vector<std::string>& roots, const std::string& guest);
/// Fails when a guest names versions and the tree is of another one.
outcome<bool> check_versions(const rule_set& rules, const std::string& tree);

outcome<std::vector<guest_info>> list_guests(const std::vector<std::string>& roots);
outcome<rule> read_rule(const std::string& path, const std::string& guest);

/// A template as rules spell it: comments gone, blanks single, operands numbered.
std::vector<std::string> normalize_template(std::string_view text,
                                            const std::map<std::string, unsigned>& names);

bool glob_match(std::string_view pattern, std::string_view path);

} // namespace paravane::port
