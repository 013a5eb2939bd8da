// SPDX-License-Identifier: BSD-2-Clause
// Joins what the front ends found: each edit once, each site once, the include
// line once a file, and the files that the edits need.
#include "plan.hpp"

#include "asm_front.hpp"
#include "include_walk.hpp"
#include "rule_apply.hpp"
#include "unit_choice.hpp"

#include <algorithm>
#include <filesystem>
#include <unordered_map>

namespace paravane::port {
namespace fs = std::filesystem;
namespace {

class joiner {
public:
    joiner(port_plan& plan, const rule_set& rules, int level)
        : plan_(plan), rules_(rules), level_(level) {}

    outcome<bool> add(found_site found) {
        const std::string key = found.key();
        apply_site_rules(rules_, level_, plan_.tree, found);
        const auto known = index_.find(key);
        if (known != index_.end()) {
            add_missing(found.site.identities, plan_.sites[known->second].identities);
            add_missing(found.site.open, plan_.sites[known->second].open);
        } else {
            index_.emplace(key, plan_.sites.size());
            plan_.sites.push_back(found.site);
            spans_.emplace_back();
        }
        const size_t index = index_.at(key);
        if (auto same = check_same(found, spans_[index]); !same)
            return same;
        for (const found_edit& one : found.edits)
            if (auto added = add_edit(one, plan_.sites[index], spans_[index]); !added)
                return added;
        return true;
    }

    /// Gives each site the lines that its edits change. @pre the edits are loaded
    void show_edits() {
        for (size_t i = 0; i < spans_.size(); ++i) {
            const auto file = plan_.edits.files().find(spans_[i].path);
            if (file != plan_.edits.files().end())
                plan_.sites[i].edit = lines_diff(file->second, spans_[i].begin, spans_[i].end);
        }
    }

private:
    template <typename T>
    static void add_missing(const std::vector<T>& from, std::vector<T>& to) {
        for (const T& one : from)
            if (std::find(to.begin(), to.end(), one) == to.end())
                to.push_back(one);
    }

    /// Where the edits of one site stand, and what they are.
    struct span {
        std::string path;
        size_t begin = 0;
        size_t end = 0;
        std::string text;
    };

    /// ARM and Thumb, or two configurations, may make different instructions of one text.
    static outcome<bool> check_same(const found_site& found, span& known) {
        std::string text;
        for (const found_edit& one : found.edits)
            text += std::to_string(one.change.offset) + one.change.text + '\n';
        if (text.empty() || text == known.text)
            return true;
        if (!known.text.empty())
            return failure{found.site.place.file + ":" + std::to_string(found.site.place.line) +
                               ": configurations, or ARM and Thumb units, want different edits "
                               "of one place; port them apart",
                           3};
        known.text = std::move(text);
        return true;
    }

    outcome<bool> add_edit(const found_edit& one, source_site& site, span& where) {
        if (!inside_tree(plan_.tree, one.path)) {
            site.fate = disposition::by_hand;
            site.level = port_level::none;
            site.reason = "it stands outside the tree; copy that file into the tree or name a "
                          "larger tree";
            return true;
        }
        where.begin =
            where.path.empty() ? one.change.offset : std::min(where.begin, one.change.offset);
        where.end = std::max(where.end, one.change.end());
        where.path = one.path;
        if (one.needs_header)
            plan_.edits.want_header(one.path);
        return plan_.edits.add(one.path, one.change);
    }

    port_plan& plan_;
    const rule_set& rules_;
    const int level_;
    std::unordered_map<std::string, size_t> index_;
    std::vector<span> spans_; ///< by site
};

// After the comments that open a file, so that a licence line stays first.
size_t header_place(std::string_view text) {
    size_t at = 0;
    while (at < text.size()) {
        const size_t begin = text.find_first_not_of(" \t\r\n", at);
        if (begin == std::string_view::npos)
            return at;
        if (text.substr(begin).starts_with("/*")) {
            const size_t close = text.find("*/", begin);
            if (close == std::string_view::npos)
                return at;
            at = std::min(text.find('\n', close), text.size() - 1) + 1;
        } else if (text.substr(begin).starts_with("//") || text[begin] == '@') {
            at = std::min(text.find('\n', begin), text.size() - 1) + 1;
        } else {
            return at;
        }
    }
    return at;
}

outcome<bool> include_headers(port_plan& plan) {
    const fs::path header = fs::path(plan.tree) / GUEST_HEADER;
    for (const std::string& path : plan.edits.wants_header()) {
        const auto text = read_file(path);
        if (!text)
            return text.error();
        const std::string name = header.lexically_relative(fs::path(path).parent_path()).string();
        const std::string line = "#include \"" + name + "\"\n";
        if (text.value().find(line) != std::string::npos)
            continue;
        auto added =
            plan.edits.add(path, {header_place(text.value()), "", line, "generic-arm/header"});
        if (!added)
            return added;
    }
    return true;
}

// Every file that the units read, each once.
std::vector<std::string> files_of(const compile_set& units, include_walk& walk) {
    std::set<std::string> files;
    for (const compile_unit& unit : units.units) {
        files.insert(unit.file);
        for (const std::string& path : unit.depends.empty() ? walk.files_of(unit) : unit.depends)
            files.insert(path);
    }
    return {files.begin(), files.end()};
}

using places = std::set<std::pair<std::string, unsigned>>;

// Reads C and C++, one configuration after the other: what one shows says nothing
// about what the next makes of the same line.
class c_reader {
public:
    c_reader(const plan_request& request, const rule_set& rules, std::string own,
             include_walk& walk, joiner& join)
        : own_(std::move(own)), walk_(walk), join_(join),
          cache_(request.cache, rules.fingerprint + std::to_string(request.level) +
                                    std::to_string(static_cast<int>(request.arch))),
          scan_{&rules,
                request.level,
                request.jobs,
                request.arch,
                cache_.enabled() ? &cache_ : nullptr,
                request.keep_going,
                request.progress} {}

    outcome<bool> read(std::span<const compile_unit> units) {
        while (!units.empty()) {
            const auto other = std::find_if(units.begin(), units.end(), [&](const auto& unit) {
                return unit.configuration != units.front().configuration;
            });
            const auto count = static_cast<size_t>(other - units.begin());
            if (auto done = read_configuration(units.first(count)); !done)
                return done;
            units = units.subspan(count);
        }
        return true;
    }

    void tell(port_plan& plan) const {
        plan.parsed = parsed_;
        plan.notes.insert(plan.notes.end(), notes_.begin(), notes_.end());
        for (const wanted_line& line : all_) {
            if (!line.certain || line.file == own_ || seen_.contains({line.file, line.line}) ||
                !inside_tree(plan.tree, line.file))
                continue;
            (defined_.contains({line.file, line.defined}) ? plan.unused : plan.hidden)
                .push_back({line.file, line.line});
        }
    }

private:
    // Parses the cover, then units that use macros not seen yet.
    outcome<bool> read_configuration(std::span<const compile_unit> units) {
        unit_choice choice(units, walk_);
        all_.insert(choice.lines().begin(), choice.lines().end());
        std::set<wanted_line> unseen(choice.lines().begin(), choice.lines().end());
        std::set<const compile_unit*> done;
        for (auto next = choice.cover(); !next.empty(); next = choice.more(unseen, done)) {
            auto found = scan_c(next, scan_);
            if (!found)
                return found.error();
            done.insert(next.begin(), next.end());
            notes_.insert(notes_.end(), found->notes.begin(), found->notes.end());
            for (const compile_unit* unit : next)
                parsed_.push_back(unit->file);
            for (const found_site& site : found->sites)
                if (site.site.place.file != own_)
                    if (auto added = join_.add(site); !added)
                        return added;
            std::erase_if(unseen, [&](const wanted_line& line) {
                return found->seen.contains({line.file, line.line});
            });
            seen_.merge(found->seen);
            defined_.merge(found->defined);
        }
        return true;
    }

    std::string own_;
    include_walk& walk_;
    joiner& join_;
    unit_cache cache_;
    c_scan_request scan_;
    std::set<wanted_line> all_;
    places seen_;
    places defined_;
    std::vector<std::string> parsed_;
    std::vector<std::string> notes_;
};

outcome<bool> read_assembly(const compile_set& units, const plan_request& request,
                            const std::string& own, include_walk& walk, joiner& join,
                            std::vector<std::string>& notes) {
    assembler tool;
    recognizer recognize(tool, request.arch);
    const asm_isas isas(units.units, walk);
    notes.insert(notes.end(), isas.notes().begin(), isas.notes().end());
    for (const std::string& path : assembly_files(units.units, walk)) {
        if (path == own)
            continue;
        const auto text = read_file(path);
        if (!text)
            return text.error();
        for (found_site& site : scan_assembly(path, text.value(), recognize, isas))
            if (auto added = join.add(std::move(site)); !added)
                return added;
    }
    return true;
}

// A build's own list is exact; what #include lines reach is more than was read.
void take_origins(compile_set& units, include_walk& walk, port_plan& plan) {
    for (compile_unit& unit : units.units) {
        std::error_code missing;
        const fs::path object = fs::canonical(fs::path(unit.directory) / unit.output, missing);
        if (missing || unit.output.empty())
            continue;
        auto reads = unit.depends.empty() ? walk.files_of(unit) : std::move(unit.depends);
        std::sort(reads.begin(), reads.end());
        plan.origins[object.string()] = {unit.file, std::move(reads)};
    }
}

} // namespace

bool is_excluded(const rule_set& rules, const std::string& tree, const std::string& path) {
    const auto name = inside_tree(tree, path);
    return name && std::any_of(rules.excluded.begin(), rules.excluded.end(),
                               [&](const std::string& glob) { return glob_match(glob, *name); });
}

std::optional<std::string> inside_tree(const std::string& tree, const std::string& path) {
    const fs::path relative = fs::path(path).lexically_relative(tree);
    if (relative.empty() || *relative.begin() == "..")
        return std::nullopt;
    return relative.string();
}

outcome<port_plan> make_plan(const plan_request& request) {
    port_plan plan;
    std::error_code error;
    plan.tree = fs::canonical(request.tree, error).string();
    if (error)
        return failure{request.tree + ": no such tree", 3};
    if (fs::exists(fs::path(plan.tree) / JOURNAL_NAME, error))
        return failure{plan.tree + ": an interrupted apply left it half written; run 'pvport "
                                   "apply' on it again, which first puts it back",
                       3};
    auto rules = load_rules(request.rules_roots, request.guest);
    if (!rules)
        return rules.error();
    if (!request.only_rule.empty())
        std::erase_if(rules->rules, [&](const rule& one) { return one.id != request.only_rule; });
    else if (auto fits = check_versions(rules.value(), plan.tree); !fits)
        return fits.error();
    auto units = read_units(request.database);
    if (!units)
        return units.error();
    std::erase_if(units->units, [&](const compile_unit& unit) {
        return is_excluded(rules.value(), plan.tree, unit.file);
    });
    plan.units_read = static_cast<unsigned>(units.value().units.size());
    for (const std::string& flag : units.value().dropped_flags)
        plan.notes.push_back("dropped for clang: " + flag);
    joiner join(plan, rules.value(), request.level);
    include_walk walk;
    const std::string own = (fs::path(plan.tree) / GUEST_HEADER).string();
    c_reader c(request, rules.value(), own, walk, join);
    if (auto read = c.read(units.value().units); !read)
        return read.error();
    c.tell(plan);
    if (auto read = read_assembly(units.value(), request, own, walk, join, plan.notes); !read)
        return read.error();
    auto texts = text_sites(rules.value(), plan.tree, files_of(units.value(), walk));
    if (!texts)
        return texts.error();
    plan.sites.insert(plan.sites.end(), texts->begin(), texts->end());
    const bool edits_code = !plan.edits.empty();
    if (auto overlays = add_overlays(rules.value(), request.level, request.abi_headers, plan);
        !overlays)
        return overlays.error();
    if (auto included = include_headers(plan); !included)
        return included.error();
    if (auto loaded = plan.edits.load(); !loaded)
        return loaded.error();
    join.show_edits();
    if (edits_code) {
        auto header = guest_header(rules.value());
        if (!header)
            return header.error();
        plan.added.push_back({std::string(GUEST_HEADER), std::move(*header)});
    }
    take_origins(units.value(), walk, plan);
    return plan;
}

std::string plan_diff(const port_plan& plan) {
    std::string out;
    for (const auto& [path, file] : plan.edits.files())
        out += unified_diff(inside_tree(plan.tree, path).value_or(path), file);
    for (const new_file& file : plan.added) {
        std::error_code ignored;
        if (!fs::exists(fs::path(plan.tree) / file.name, ignored))
            out += creation_diff(file.name, file.content);
    }
    return out;
}

} // namespace paravane::port
