// SPDX-License-Identifier: BSD-2-Clause
// One plan for one tree: units in, edits, new files and accounted sites out.
// Drives the front ends; its result is printed by `pvport plan` and written by
// journal.hpp.
#pragma once

#include "c_front.hpp"
#include "database.hpp"

namespace paravane::port {

struct plan_request {
    std::string tree; ///< what may be edited
    database_request database;
    std::vector<std::string> rules_roots; ///< folders of guests, the nearest first
    std::string guest = "generic-arm";
    std::string abi_headers; ///< folder of the ABI's generated headers, for overlays
    std::string only_rule;   ///< id: no other rule is used and no version checked; for its test
    int level = 0;
    bool keep_going = false; ///< units that clang cannot read are noted, not an error
    unsigned jobs = 1;
    cpu_arch arch = cpu_arch::v7;
    std::string cache; ///< folder for what clang saw; empty: none
    std::function<void(size_t, size_t)> progress;
};

struct new_file {
    std::string name; ///< relative to the tree
    std::string content;
};

struct port_plan {
    std::string tree; ///< canonical
    edit_set edits;
    std::vector<new_file> added;
    std::vector<source_site> sites;
    std::map<std::string, object_origin> origins; ///< of the units' objects, as the build tells
    std::vector<std::string> notes;
    std::vector<source_place> hidden; ///< lines that this configuration leaves out: see --db
    std::vector<source_place> unused; ///< lines of macros that nothing was found to expand
    unsigned units_read = 0;
    std::vector<std::string> parsed; ///< main files of the units that clang read
};

outcome<port_plan> make_plan(const plan_request& request);

/// The diff of the whole plan, files in order of their names.
std::string plan_diff(const port_plan& plan);

/// The header that gives edited files the assembler macros and the level-1 functions.
outcome<std::string> guest_header(const rule_set& rules);

/// Stands in the tree while an apply writes it; see journal.hpp.
inline constexpr std::string_view JOURNAL_NAME = ".pvport-journal";

inline constexpr std::string_view GUEST_HEADER = "paravane/pvn_guest.h";

/// True for files that the guest's rules exclude.
bool is_excluded(const rule_set& rules, const std::string& tree, const std::string& path);

/// The path relative to the tree, or nothing when it lies outside.
std::optional<std::string> inside_tree(const std::string& tree, const std::string& path);

} // namespace paravane::port
