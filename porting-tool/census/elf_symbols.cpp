// SPDX-License-Identifier: BSD-2-Clause
// Reads the symbol table and turns mapping symbols into code ranges.
// elf_image.cpp came before; walk.hpp decodes what is found here.
#include "elf_image.hpp"
#include "elf_internal.hpp"

#include <algorithm>
#include <tuple>

namespace paravane::port {

namespace ELF = llvm::ELF;

namespace {

/// '$a', '$t', '$d' and their dotted forms; 0 for any other symbol.
char mapping_sort(std::string_view name) {
    if (name.size() < 2 || name[0] != '$' || (name.size() > 2 && name[2] != '.'))
        return 0;
    return name[1] == 'a' || name[1] == 't' || name[1] == 'd' ? name[1] : char{0};
}

bool is_label(const elf_symbol& symbol) {
    const bool sort = symbol.type == ELF::STT_FUNC || symbol.type == ELF::STT_NOTYPE;
    return sort && !symbol.name.empty() && symbol.name.substr(0, 2) != ".L";
}

} // namespace

std::optional<failure> elf_image::read_symbols() {
    const elf_section* table = nullptr;
    for (const elf_section& section : sections_)
        if (section.type == ELF::SHT_SYMTAB)
            table = &section;
    if (table == nullptr || table->size < 2 * sizeof(ELF::Elf32_Sym))
        return bad("stripped: no symbol table tells code from data; give the file with symbols");
    if (table->entry_size != sizeof(ELF::Elf32_Sym) || table->link >= sections_.size())
        return bad("damaged: the symbol table's entry size or string table is wrong");
    const auto strings = sections_[table->link].bytes;
    std::vector<mark> marks;
    std::string_view file;
    for (size_t at = 0; at + sizeof(ELF::Elf32_Sym) <= table->bytes.size();
         at += sizeof(ELF::Elf32_Sym)) {
        const auto raw = *read_at<ELF::Elf32_Sym>(table->bytes, at);
        const std::string_view name = string_at(strings, raw.st_name);
        const bool local = raw.getBinding() == ELF::STB_LOCAL;
        if (raw.getType() == ELF::STT_FILE) {
            file = name;
            unit_ = unit_.empty() ? name : unit_;
            continue;
        }
        if (raw.st_shndx == ELF::SHN_UNDEF || raw.st_shndx >= sections_.size())
            continue;
        if (const char sort = mapping_sort(name); sort != 0 && local) {
            marks.push_back({raw.st_shndx, raw.st_value, sort});
            continue;
        }
        const bool function = raw.getType() == ELF::STT_FUNC;
        const bool thumb = function && (raw.st_value & 1) != 0;
        const elf_symbol symbol{.name = name,
                                .value = raw.st_value - (thumb ? 1 : 0),
                                .size = raw.st_size,
                                .section = raw.st_shndx,
                                .type = raw.getType(),
                                .local = local,
                                .thumb = thumb,
                                .file = local ? file : std::string_view{}};
        if (is_label(symbol))
            symbols_.push_back(symbol);
    }
    std::stable_sort(symbols_.begin(), symbols_.end(), [](const auto& a, const auto& b) {
        return std::tie(a.section, a.value) < std::tie(b.section, b.value);
    });
    return find_code(marks);
}

std::optional<failure> elf_image::find_code(std::vector<mark>& marks) {
    bool any_code = false;
    for (const elf_section& section : sections_)
        any_code |= section.executable() && section.size != 0 && section.allocated();
    if (marks.empty() && any_code)
        return bad("no mapping symbols ($a, $t, $d) tell code from data; "
                   "give the file as the assembler or linker wrote it");
    std::stable_sort(marks.begin(), marks.end(), [](const mark& a, const mark& b) {
        return std::tie(a.section, a.value) < std::tie(b.section, b.value);
    });
    size_t next = 0;
    for (size_t i = 0; i < sections_.size(); ++i) {
        const size_t first = next;
        while (next < marks.size() && marks[next].section == i)
            ++next;
        const elf_section& section = sections_[i];
        if (!section.allocated() || section.bytes.empty())
            continue;
        if (section.type != ELF::SHT_PROGBITS)
            continue;
        add_ranges(static_cast<uint16_t>(i), {marks.data() + first, next - first},
                   section.executable());
    }
    return std::nullopt;
}

void elf_image::add_ranges(uint16_t index, std::span<const mark> marks, bool executable) {
    const elf_section& section = sections_[index];
    const uint32_t base = relocatable_ ? 0 : section.address;
    const uint64_t end = uint64_t{base} + section.size;
    if (end > UINT32_MAX + uint64_t{1})
        return;
    char sort = executable ? 'a' : 'd';
    bool assumed = true;
    uint64_t begin = base;
    const auto close = [&](uint64_t at) {
        if (sort != 'd' && at > begin)
            code_.push_back({.section = index,
                             .set = sort == 'a' ? isa::arm : isa::thumb,
                             .begin = static_cast<uint32_t>(begin),
                             .end = static_cast<uint32_t>(std::min<uint64_t>(at, UINT32_MAX)),
                             .hidden = !executable,
                             .assumed = assumed});
        begin = at;
    };
    for (const mark& m : marks) {
        if (m.value < base || m.value >= end)
            continue;
        if (m.sort != sort || assumed)
            close(m.value);
        sort = m.sort;
        assumed = false;
    }
    close(end);
}

const elf_symbol* elf_image::function_at(uint16_t section, uint32_t address) const {
    const auto after = std::upper_bound(
        symbols_.begin(), symbols_.end(), std::pair(section, address),
        [](const auto& key, const elf_symbol& s) { return key < std::pair(s.section, s.value); });
    const elf_symbol* nearest = nullptr;
    constexpr int LABELS_LOOKED_AT = 64;
    auto it = after;
    for (int n = 0; n < LABELS_LOOKED_AT && it != symbols_.begin(); ++n) {
        --it;
        if (it->section != section)
            break;
        if (it->type == ELF::STT_FUNC && address - it->value < it->size)
            return &*it;
        if (nearest == nullptr)
            nearest = &*it;
    }
    return nearest;
}

} // namespace paravane::port
