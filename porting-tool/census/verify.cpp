// SPDX-License-Identifier: BSD-2-Clause
// Sorts the census into harmless, allowed and not accepted. A silent
// instruction is only ever excused by a proof that its span is unreached.
#include "verify.hpp"
#include "branch.hpp"
#include "escape_table.hpp"
#include "flag_save.hpp"
#include "reach.hpp"
#include "walk.hpp"

#include <cstdio>
#include <set>

namespace paravane::port {
namespace {

failure at_line(const allow_list& list, unsigned line, const std::string& what) {
    return {list.path + ":" + std::to_string(line) + ": " + what, 3};
}

/// The span of one entry; a function must have a size in the symbol table.
outcome<std::vector<code_span>> spans_of(const elf_image& image, const allow_list& list,
                                         const unreached_entry& entry) {
    std::vector<code_span> spans;
    const auto sections = image.sections();
    for (size_t i = 0; i < sections.size() && !entry.section.empty(); ++i)
        if (sections[i].name == entry.section)
            spans.push_back({static_cast<uint16_t>(i), sections[i].address,
                             sections[i].address + sections[i].size});
    for (const elf_symbol& symbol : image.symbols())
        if (!entry.function.empty() && symbol.name == entry.function && symbol.size != 0)
            spans.push_back({symbol.section, symbol.value, symbol.value + symbol.size});
    if (spans.empty())
        return at_line(list, entry.line,
                       image.path() + " has no " +
                           (entry.function.empty() ? "section '" + entry.section + "'"
                                                   : "sized function '" + entry.function + "'"));
    return spans;
}

/// Every span of the list, proven.
outcome<std::vector<code_span>> proven_spans(const elf_image& image, const allow_list& list) {
    std::vector<code_span> all;
    std::vector<std::pair<code_span, const unreached_entry*>> claims;
    if (!list.unreached.empty() && image.relocatable())
        return at_line(list, list.unreached.front().line,
                       "'unreached' needs a linked file; " + image.path() + " is an object");
    for (const unreached_entry& entry : list.unreached) {
        auto spans = spans_of(image, list, entry);
        if (!spans)
            return spans.error();
        for (const code_span& span : *spans) {
            all.push_back(span);
            claims.emplace_back(span, &entry);
        }
    }
    for (const auto& [span, entry] : claims)
        if (const auto found = find_reference(image, span, all))
            return at_line(list, entry->line,
                           "'" + entry->function + entry->section + "' is reached by " + *found);
    return all;
}

/// Applies the list to one site after another and remembers which entries were used.
class judge {
public:
    judge(const elf_image& image, const allow_list& list, std::vector<code_span> unreached)
        : image_(image), list_(list), unreached_(std::move(unreached)), flags_(image) {}

    void take(object_site&& site, verify_result& result) {
        if (flags_.only_saves_flags(site)) {
            site.cls = sensitivity::harmless;
            site.reason = "saves condition flags, which only MSR of flags reads back";
            ++result.flag_saves;
        }
        if (site.cls == sensitivity::harmless) {
            result.harmless.push_back(std::move(site));
            return;
        }
        if (is_unreached(site)) {
            site.reason = "never runs as a guest";
            result.allowed.push_back(std::move(site));
            return;
        }
        const allow_entry* entry = find(site);
        if (entry == nullptr) {
            result.findings.push_back({std::move(site), "sensitive"});
        } else if (site.cls == sensitivity::silent) {
            result.findings.push_back({std::move(site), "silent: an allow-list cannot excuse it"});
        } else {
            site.reason = entry->reason;
            result.allowed.push_back(std::move(site));
        }
    }

    void note_unused(verify_result& result) const {
        for (const allow_entry& entry : list_.allowed)
            if (!used_.contains(&entry))
                result.notes.push_back(list_.path + ":" + std::to_string(entry.line) +
                                       ": allows nothing that is there; remove it");
    }

private:
    bool is_unreached(const object_site& site) const {
        for (const code_span& span : unreached_)
            if (span.holds(static_cast<uint32_t>(site.address)) &&
                image_.sections()[span.section].name == site.section)
                return true;
        return false;
    }

    const allow_entry* find(const object_site& site) {
        for (const allow_entry& entry : list_.allowed)
            if (entry.function == site.function && entry.encoding == site.encoding) {
                used_.insert(&entry);
                return &entry;
            }
        return nullptr;
    }

    const elf_image& image_;
    const allow_list& list_;
    std::vector<code_span> unreached_;
    flag_save_prover flags_;
    std::set<const allow_entry*> used_;
};

/// Traps that the hypervisor would refuse: reserved codes and escapes past the table.
class trap_checker {
public:
    explicit trap_checker(const elf_image& image) : image_(image), table_(image) {}

    void check(const code_range& range, verify_result& result) const {
        walk(image_, range, [&](const instruction& i) {
            const bool arm = i.set == isa::arm;
            const auto trap = arm           ? plane_decode_arm(i.word)
                              : i.size == 2 ? plane_decode_thumb16(static_cast<uint16_t>(i.word))
                                            : plane_decode_thumb32(i.word);
            result.traps += trap ? 1 : 0;
            const char* problem = nullptr;
            if (!trap && arm && plane_owns_arm(i.word))
                problem = "a reserved code of the instruction plane";
            else if (trap && trap->how == plane_trap::form::escape && !table_.holds(trap->index))
                problem = "an escape past the end of .paravane.insns";
            if (problem != nullptr)
                result.findings.push_back({site_of(range, i), problem});
        });
    }

    /// A few words of data with code before and behind them may be instructions that were
    /// written as numbers; what they are is told, since data is not taken for code.
    void look_between(const code_range& before, const code_range& behind,
                      verify_result& result) const {
        constexpr uint32_t FEW = 16;
        if (before.section != behind.section || before.set != behind.set || before.hidden ||
            behind.begin - before.end > FEW || !runs_on(before))
            return;
        code_range data = before;
        data.begin = before.end;
        data.end = behind.begin;
        walk(image_, data, [&](const instruction& i) {
            const auto c = classify(i, image_.arch());
            if (!c || c.cls == sensitivity::harmless)
                return;
            ++result.data_words;
            const object_site site = site_of(before, i);
            char word[16];
            std::snprintf(word, sizeof word, "0x%08x", i.word);
            result.notes.push_back(
                std::string(site.function) + "+" + std::to_string(site.function_offset) + ": " +
                word + " is written as data and code runs into it: " + std::string(c.reason));
        });
    }

private:
    static bool is_call(const instruction& i) {
        return i.set == isa::arm ? (i.word & 0x0f000000) == 0x0b000000 || (i.word >> 25) == 0x7d
                                 : i.size == 4 && (i.word & 0xf800c000) == 0xf000c000;
    }

    /// A call may be one that never comes back, with a literal pool behind it.
    bool runs_on(const code_range& range) const {
        instruction last = {};
        walk(image_, range, [&](const instruction& i) { last = i; });
        return last.size != 0 && (last.conditional || !never_continues(last)) && !is_call(last);
    }

    object_site site_of(const code_range& range, const instruction& i) const {
        object_site site;
        site.object = image_.path();
        site.section = image_.sections()[range.section].name;
        site.address = i.address;
        site.encoding = i.word;
        site.size = i.size;
        site.set = i.set;
        if (const elf_symbol* function = image_.function_at(range.section, i.address)) {
            site.function = function->name;
            site.function_offset = i.address - function->value;
        }
        return site;
    }

    const elf_image& image_;
    escape_table table_;
};

} // namespace

outcome<verify_result> verify(const elf_image& image, const allow_list& list,
                              const census_options& options) {
    auto unreached = proven_spans(image, list);
    if (!unreached)
        return unreached.error();
    auto census = take_census(image, options);
    verify_result result;
    result.notes = std::move(census.notes);
    result.instructions = census.instructions;
    judge sites(image, list, std::move(*unreached));
    for (object_site& site : census.sites)
        sites.take(std::move(site), result);
    sites.note_unused(result);
    if (result.flag_saves != 0)
        result.notes.push_back(std::to_string(result.flag_saves) +
                               " MRS of a compiler's own save condition flags only: harmless");
    const trap_checker traps(image);
    const auto code = image.code();
    for (size_t i = 0; i < code.size(); ++i) {
        traps.check(code[i], result);
        if (i + 1 < code.size())
            traps.look_between(code[i], code[i + 1], result);
    }
    return result;
}

} // namespace paravane::port
