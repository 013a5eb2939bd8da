// SPDX-License-Identifier: BSD-2-Clause
// Chooses each site's trap, writes the words, adds the note and the table. A
// word that the kernel copies over its own text (alternatives) is replaced like
// any other: traps do not depend on their place.
#include "patch.hpp"
#include "elf_append.hpp"
#include "escape_table.hpp"
#include "walk.hpp"

#include <llvm/BinaryFormat/ELF.h>
#include <paravane/abi.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <optional>

namespace paravane::port {
namespace {

/// The whole section: header, padded name, descriptor.
struct note {
    uint32_t name_size = sizeof abi::NOTE_NAME;
    uint32_t descriptor_size = sizeof(abi::note_descriptor);
    uint32_t type = abi::NOTE_TYPE;
    char name[12] = {};
    abi::note_descriptor descriptor = {};
};
static_assert(sizeof(note) == 12 + 12 + sizeof(abi::note_descriptor));
static_assert(sizeof abi::NOTE_NAME <= sizeof note::name);

constexpr uint32_t FEATURE_THUMB = 1u << static_cast<uint32_t>(abi::feature::thumb);
constexpr auto FLAG_ESCAPE_TABLE = static_cast<uint32_t>(abi::note_flags::escape_table);

/// A word of the file and what is to become of it.
struct target {
    uint16_t section;
    instruction at;
    uint32_t original; ///< the sensitive instruction, also where an escape stands for it now
    bool fresh;        ///< false: an escape of an earlier run
};

bool has_direct_code(const instruction& i) {
    return i.set == isa::arm
               ? plane_encode_arm(i.word).has_value()
               : i.size == 2 && plane_encode_thumb16(static_cast<uint16_t>(i.word)).has_value();
}

std::optional<uint32_t> escape_index(const instruction& i) {
    if (i.size != 4)
        return std::nullopt;
    const auto trap = i.set == isa::arm ? plane_decode_arm(i.word) : plane_decode_thumb32(i.word);
    if (!trap || trap->how != plane_trap::form::escape)
        return std::nullopt;
    return trap->index;
}

class patcher {
public:
    patcher(const elf_image& image, const patch_options& options)
        : image_(image), options_(options), old_table_(image) {}

    outcome<patch_result> run() {
        if (image_.relocatable())
            return failure{image_.path() + ": an object file; link the kernel first", 3};
        if (auto f = collect())
            return *f;
        result_.bytes.assign(image_.bytes().begin(), image_.bytes().end());
        const bool marked = image_.section_named(abi::NOTE_SECTION) != nullptr;
        if (fresh_ == 0 && marked)
            return std::move(result_);
        if (auto f = build_table())
            return *f;
        for (const target& t : targets_)
            write(t);
        append();
        describe();
        return std::move(result_);
    }

private:
    std::optional<failure> collect() {
        std::optional<failure> wrong;
        for (const code_range& range : image_.code())
            walk(image_, range, [&](const instruction& i) {
                if (const char* problem = take(range, i); problem != nullptr && !wrong)
                    wrong = failure{image_.path() + ": " + place_of(range, i) + ": " + problem, 3};
            });
        return wrong;
    }

    /// Notes a site or an earlier escape; a text says why it cannot be handled.
    const char* take(const code_range& range, const instruction& i) {
        const auto c = classify(i, image_.arch());
        if (c && c.cls != sensitivity::harmless) {
            targets_.push_back({range.section, i, i.word, true});
            ++fresh_;
            thumb_ |= i.set == isa::thumb;
            return i.size == 4 || has_direct_code(i)
                       ? nullptr
                       : "a 16-bit instruction with should-be-zero bits set has no trap; "
                         "assemble it anew";
        }
        const auto index = escape_index(i);
        if (!index)
            return nullptr;
        if (!old_table_.holds(*index))
            return "an escape past the end of .paravane.insns was there before; patch the "
                   "original file";
        targets_.push_back({range.section, i, old_table_.words()[*index], false});
        return nullptr;
    }

    std::string place_of(const code_range& range, const instruction& i) const {
        char address[16];
        std::snprintf(address, sizeof address, "0x%08x", i.address);
        return std::string(image_.sections()[range.section].name) + " " + address;
    }

    std::optional<failure> build_table() {
        std::vector<uint32_t> words;
        for (const target& t : targets_)
            if (!t.fresh || !has_direct_code(t.at))
                words.push_back(t.original);
        table_.add(words);
        const bool thumb_escape =
            std::any_of(targets_.begin(), targets_.end(), [](const target& t) {
                return t.at.set == isa::thumb && (!t.fresh || !has_direct_code(t.at));
            });
        const uint32_t limit = thumb_escape ? THUMB_ESCAPE_LIMIT : ARM_ESCAPE_LIMIT;
        if (table_.words().size() > limit)
            return failure{image_.path() + ": " + std::to_string(table_.words().size()) +
                               " different words need an escape, the plane has " +
                               std::to_string(limit) + "; rewrite the source instead",
                           3};
        return std::nullopt;
    }

    void write(const target& t) {
        const bool direct = t.fresh && has_direct_code(t.at);
        const uint32_t at = image_.file_offset(t.section, t.at.address);
        uint8_t* place = result_.bytes.data() + at;
        result_.direct += t.fresh && direct ? 1 : 0;
        result_.escaped += t.fresh && !direct ? 1 : 0;
        if (t.at.size == 2) {
            const uint16_t half = *plane_encode_thumb16(static_cast<uint16_t>(t.at.word));
            std::memcpy(place, &half, sizeof half);
            return;
        }
        if (t.at.set == isa::thumb) {
            const uint32_t trap = plane_escape_thumb(table_.index_of(t.original));
            const uint32_t swapped = trap >> 16 | trap << 16;
            std::memcpy(place, &swapped, sizeof swapped);
            return;
        }
        // An escape of an earlier run keeps the condition of the trap, which is the original's.
        const uint32_t trap = direct ? *plane_encode_arm(t.at.word)
                                     : plane_escape_arm(t.original, table_.index_of(t.original));
        std::memcpy(place, &trap, sizeof trap);
    }

    /// Where the file has the note of a kernel that was built for Paravane: linker
    /// scripts put notes of every kind into one section.
    std::optional<size_t> find_note() const {
        note wanted;
        std::memcpy(wanted.name, abi::NOTE_NAME, sizeof abi::NOTE_NAME);
        constexpr size_t HEAD = offsetof(note, descriptor);
        for (const elf_section& section : image_.sections()) {
            if (section.type != llvm::ELF::SHT_NOTE)
                continue;
            for (size_t at = 0; at + sizeof(note) <= section.bytes.size(); at += 4)
                if (std::memcmp(section.bytes.data() + at, &wanted, HEAD) == 0)
                    return section.offset + at;
        }
        return std::nullopt;
    }

    /// An old note keeps its words.
    note make_note(std::optional<size_t> old) const {
        note n;
        std::memcpy(n.name, abi::NOTE_NAME, sizeof abi::NOTE_NAME);
        n.descriptor.abi_version = abi::VERSION;
        n.descriptor.page = options_.vcpu_page;
        if (old)
            std::memcpy(&n, image_.bytes().data() + *old, sizeof n);
        n.descriptor.features[0] |= thumb_ ? FEATURE_THUMB : 0;
        n.descriptor.flags |= table_.words().empty() ? 0 : FLAG_ESCAPE_TABLE;
        return n;
    }

    void append() {
        const auto old = find_note();
        const note n = make_note(old);
        const auto* raw = reinterpret_cast<const uint8_t*>(&n);
        const auto* words = reinterpret_cast<const uint8_t*>(table_.words().data());
        std::vector<new_section> added;
        if (old)
            std::memcpy(result_.bytes.data() + *old, raw, sizeof n);
        else
            added.push_back({.name = abi::NOTE_SECTION,
                             .type = llvm::ELF::SHT_NOTE,
                             .alignment = 4,
                             .entry_size = 0,
                             .bytes = {raw, raw + sizeof n}});
        if (!table_.words().empty())
            added.push_back({.name = abi::ESCAPE_SECTION,
                             .type = llvm::ELF::SHT_PROGBITS,
                             .alignment = 4,
                             .entry_size = 4,
                             .bytes = {words, words + table_.words().size() * 4}});
        if (!added.empty())
            append_sections(result_.bytes, image_, added);
        result_.table_words = table_.words().size();
    }

    void describe() {
        auto census = take_census(image_, options_.census);
        for (object_site& site : census.sites) {
            if (site.cls == sensitivity::harmless)
                continue;
            site.fate = disposition::trap;
            site.level = port_level::trap;
            result_.replaced.push_back(std::move(site));
        }
        result_.notes = std::move(census.notes);
    }

    const elf_image& image_;
    const patch_options& options_;
    const escape_table old_table_;
    escape_table table_;
    std::vector<target> targets_;
    patch_result result_;
    uint64_t fresh_ = 0;
    bool thumb_ = false;
};

} // namespace

outcome<patch_result> patch(const elf_image& image, const patch_options& options) {
    return patcher(image, options).run();
}

} // namespace paravane::port
