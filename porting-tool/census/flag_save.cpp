// SPDX-License-Identifier: BSD-2-Clause
// Follows one register through the linked code, calls included. Moves, stores and
// arithmetic on it end the proof, so the register is all that there is to follow.
#include "flag_save.hpp"
#include "branch.hpp"

#include <llvm/BinaryFormat/ELF.h>

#include <algorithm>
#include <set>

namespace paravane::port {
namespace {

constexpr unsigned LR = 14;

/// The register that an MSR of nothing but flags reads.
std::optional<unsigned> flags_written_from(const instruction& i) {
    if (i.set == isa::arm && (i.word >> 28) != 15 && (i.word & 0x0ff30ff0) == 0x01200000)
        return i.word & 15;
    if (i.set == isa::thumb && i.size == 4 && (i.word & 0xfff0f3ff) == 0xf3808000)
        return i.word >> 16 & 15;
    return std::nullopt;
}

unsigned register_of_mrs(const object_site& site) {
    return site.set == isa::arm ? site.encoding >> 12 & 15 : site.encoding >> 8 & 15;
}

/// Also NOP: kernels put branches in its place while they run.
bool is_hint(const instruction& i) {
    if (i.set == isa::arm)
        return (i.word & 0x0fffff00) == 0x0320f000 || (i.word & 0x0fffffff) == 0x01a00000;
    return i.size == 2 ? (i.word & 0xff0f) == 0xbf00 : (i.word & 0xffffff00) == 0xf3af8000;
}

bool is_branch(const instruction& i) {
    if (i.set == isa::arm)
        return (i.word & 0x0e000000) == 0x0a000000;
    return i.size == 2 ? direct_target(i).has_value() && (i.word & 0xf800) != 0xa000
                       : (i.word & 0xf8008000) == 0xf0008000 && direct_target(i).has_value();
}

/// BX, BXJ, BLX by a register.
bool is_register_branch(const instruction& i) {
    return i.set == isa::arm ? (i.word & 0x0fffffc0) == 0x012fff00 && (i.word & 0x30) != 0
           : i.size == 2     ? (i.word & 0xff00) == 0x4700
                             : (i.word & 0xfff0ffff) == 0xf3c08f00;
}

/// The set of the target: BLX changes it.
isa set_behind(const instruction& i) {
    const bool changes =
        i.set == isa::arm ? (i.word >> 28) == 15 : i.size == 4 && (i.word & 0xd001) == 0xc000;
    return changes == (i.set == isa::arm) ? isa::thumb : isa::arm;
}

/// BX LR, MOV PC LR, loads of PC from the stack or from a frame that FP names.
bool is_return(const instruction& i) {
    if (i.set == isa::thumb)
        return i.size == 2 ? i.word == 0x4770 || (i.word & 0xff00) == 0xbd00
                           : (i.word & 0xffff8000) == 0xe8bd8000 || i.word == 0xf85dfb04;
    const uint32_t word = i.word & 0x0fffffff;
    return word == 0x012fff1e || word == 0x01a0f00e || (word & 0x0fdf8000) == 0x089d8000 ||
           (word & 0x0fff8000) == 0x091b8000 || word == 0x049df004;
}

/// The instruction that a trap encodes itself.
std::optional<uint32_t> trapped(const instruction& i) {
    const auto trap = i.set == isa::arm ? plane_decode_arm(i.word)
                      : i.size == 2     ? plane_decode_thumb16(static_cast<uint16_t>(i.word))
                                        : std::nullopt;
    if (!trap || trap->how != plane_trap::form::direct)
        return std::nullopt;
    return trap->word;
}

bool comes_back(kind what) {
    switch (what) {
    case kind::mrs_cpsr:
    case kind::mrs_spsr:
    case kind::msr_cpsr:
    case kind::msr_spsr:
    case kind::cps:
    case kind::cp15:
    case kind::cp15_pair:
    case kind::cp14:
    case kind::vfp_system:
    case kind::hint:
    case kind::ldrt_strt:
        return true;
    default:
        return false;
    }
}

bool stands_in_assembly(const object_site& site) {
    const std::string& file = site.place.file.empty() ? site.unit : site.place.file;
    return file.ends_with(".S") || file.ends_with(".s");
}

} // namespace

/// One exploration: the places where the register still holds what MRS read.
class flag_save_prover::path {
public:
    path(flag_save_prover& prover, const object_site& site)
        : prover_(prover), reg_(register_of_mrs(site)), assembly_(stands_in_assembly(site)) {}

    bool holds(const place& start) {
        constexpr size_t LONGEST = 4096;
        work_.push_back(start);
        while (!work_.empty()) {
            const place here = work_.back();
            work_.pop_back();
            if (!seen_.insert(here).second)
                continue;
            const code_line* line = prover_.line_at(here.address, here.set);
            if (line == nullptr || seen_.size() > LONGEST || !step(here, *line))
                return false;
        }
        std::vector<uint32_t> inner;
        for (const place& p : seen_)
            inner.push_back(p.address);
        return restored_ && !prover_.is_named_by_data(inner);
    }

private:
    bool step(const place& here, const code_line& line) {
        if (flags_written_from(line) == reg_) {
            restored_ = true;
            go_on(here, line);
            return true;
        }
        if (const auto word = trapped(line))
            return trap(here, line, *word);
        const auto c = classify(line, prover_.image_.arch());
        const auto use = prover_.decoder_.registers(line.set, line.word, line.size);
        const bool followed = c.cls == sensitivity::none || c.cls == sensitivity::harmless ||
                              c.what == kind::mrs_cpsr; // has a proof or a finding of its own
        if (!use || use->traps || is_hint(line) || !followed)
            return false;
        if ((use->reads >> reg_ & 1) != 0 || (reg_ == LR && is_return(line)))
            return false;
        if (is_branch(line))
            return branch(here, line, use->calls);
        const bool leaves = use->leaves || is_register_branch(line) || !line.continues;
        const bool written = (use->writes >> reg_ & 1) != 0;
        if (leaves && (!is_return(line) || !(written || may_return(here))))
            return false;
        // A condition that fails leaves the register as it was.
        if (!written || use->conditional || line.conditional)
            go_on(here, line);
        return !use->calls;
    }

    /// A trap of the instruction plane does what the instruction would that it stands for. From
    /// r8 on another mode may have a register of its own.
    bool trap(const place& here, const code_line& line, uint32_t word) {
        constexpr unsigned BANKED = 8;
        const unsigned size = line.size;
        const auto use = prover_.decoder_.registers(line.set, word, size);
        const kind what = line.set == isa::arm ? classify_arm(word).what
                                               : classify_thumb16(static_cast<uint16_t>(word)).what;
        if (!use || use->leaves || !comes_back(what) || reg_ >= BANKED ||
            (use->reads >> reg_ & 1) != 0)
            return false;
        if ((use->writes >> reg_ & 1) == 0 || use->conditional || line.conditional ||
            (line.set == isa::arm && (line.word >> 28) != 14))
            go_on(here, line);
        return true;
    }

    bool branch(const place& here, const code_line& line, bool calls) {
        const uint32_t target = *direct_target(line) & ~1u;
        if (!calls || reg_ != LR)
            work_.push_back({target, set_behind(line), here.in_callee || calls});
        if (calls && reg_ == LR && !line.conditional && (line.word >> 28) >= 14)
            return true;
        go_on(here, line);
        return true;
    }

    /// By the procedure call standard r2, r3 and r12 carry nothing out of a function.
    bool may_return(const place& here) const {
        return here.in_callee || (!assembly_ && (reg_ == 2 || reg_ == 3 || reg_ == 12));
    }

    void go_on(const place& here, const code_line& line) {
        if (line.continues)
            work_.push_back({line.address + line.size, line.set, here.in_callee});
    }

    flag_save_prover& prover_;
    const unsigned reg_;
    const bool assembly_;
    bool restored_ = false;
    std::vector<place> work_;
    std::set<place> seen_;
};

const code_range* flag_save_prover::range_at(uint32_t address, isa set) {
    const auto covers = [&](const code_range& range) {
        return range.set == set && range.begin <= address && address < range.end && !range.hidden;
    };
    if (last_ == nullptr || !covers(*last_)) {
        const auto ranges = image_.code();
        const auto at = std::find_if(ranges.begin(), ranges.end(), covers);
        last_ = at == ranges.end() ? nullptr : &*at;
    }
    return last_;
}

const flag_save_prover::code_line* flag_save_prover::line_at(uint32_t address, isa set) {
    const code_range* range = range_at(address, set);
    if (range == nullptr)
        return nullptr;
    auto& lines = lines_[range];
    if (lines.empty())
        walk(image_, *range, [&](const instruction& i) {
            lines.push_back({i, i.conditional || !never_continues(i)});
        });
    const auto at = std::lower_bound(
        lines.begin(), lines.end(), address,
        [](const code_line& line, uint32_t wanted) { return line.address < wanted; });
    return at != lines.end() && at->address == address ? &*at : nullptr;
}

/// Spares the search where no MSR could end it: all but every MRS of a native kernel.
bool flag_save_prover::restores_nearby(const object_site& site, unsigned reg) {
    constexpr uint32_t NEAR = 4096;
    const auto here = static_cast<uint32_t>(site.address);
    const code_range* range = range_at(here, site.set);
    if (range == nullptr)
        return false;
    code_range part = *range;
    part.begin = std::max(range->begin, here - std::min(here, NEAR));
    part.end = range->end - here > NEAR ? here + NEAR : range->end;
    bool found = false;
    walk(image_, part, [&](const instruction& i) { found |= flags_written_from(i) == reg; });
    return found;
}

/// A word of data that names an instruction makes it one that may be patched, or be
/// recovered from elsewhere: tables of alternatives, of static keys, of faulting accesses.
bool flag_save_prover::is_named_by_data(const std::vector<uint32_t>& addresses) const {
    std::set<uint32_t> inner(addresses.begin(), addresses.end());
    for (const elf_symbol& symbol : image_.symbols())
        if (symbol.type == llvm::ELF::STT_FUNC)
            inner.erase(symbol.value); // pointers to functions
    const auto is_one = [&](uint32_t word) {
        return !inner.empty() && word >= *inner.begin() && word <= *inner.rbegin() + 1 &&
               inner.contains(word & ~1u);
    };
    for (const elf_section& section : image_.sections()) {
        if (!section.allocated() || section.type == llvm::ELF::SHT_ARM_EXIDX)
            continue;
        for (size_t at = 0; at + 4 <= section.bytes.size(); at += 4) {
            uint32_t word;
            std::memcpy(&word, section.bytes.data() + at, 4);
            if (is_one(word) || is_one(word + section.address + static_cast<uint32_t>(at)))
                return true;
        }
    }
    return false;
}

bool flag_save_prover::only_saves_flags(const object_site& site) {
    const unsigned reg = register_of_mrs(site);
    if (site.what != kind::mrs_cpsr || image_.relocatable() || reg > LR ||
        !restores_nearby(site, reg))
        return false;
    const auto address = static_cast<uint32_t>(site.address);
    const code_line* line = line_at(address, site.set);
    return line != nullptr && path(*this, site).holds({address + site.size, site.set, false});
}

} // namespace paravane::port
