// SPDX-License-Identifier: BSD-2-Clause
// The four ways into a span, each looked for over the whole image.
#include "reach.hpp"
#include "branch.hpp"

#include <llvm/BinaryFormat/ELF.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace paravane::port {
namespace {

bool inside_any(std::span<const code_span> spans, uint16_t section, uint32_t address) {
    return std::any_of(spans.begin(), spans.end(), [&](const code_span& s) {
        return s.section == section && s.holds(address);
    });
}

std::string describe(const elf_image& image, uint16_t section, uint32_t address, const char* what) {
    char where[24];
    std::snprintf(where, sizeof where, "0x%08x", address);
    std::string text = std::string(what) + " at " + where;
    if (const elf_symbol* symbol = image.function_at(section, address))
        text += " in " + std::string(symbol->name);
    return text;
}

/// Branches, ADR and MOVW/MOVT pairs of one range.
std::optional<std::string> find_in_code(const elf_image& image, const code_range& range,
                                        const code_span& span, std::span<const code_span> ours) {
    std::optional<std::string> found;
    std::array<uint16_t, 16> low{};
    walk(image, range, [&](const instruction& i) {
        if (inside_any(ours, range.section, i.address))
            return;
        const auto target = direct_target(i);
        if (target && span.holds(*target & ~1u) && !found)
            found = describe(image, range.section, i.address, "a branch or ADR");
        const auto move = wide_move_of(i);
        if (!move)
            return;
        const uint32_t value = static_cast<uint32_t>(move->value) << 16 | low[move->rd];
        if (move->top && span.holds(value & ~1u) && !found)
            found = describe(image, range.section, i.address, "a MOVW/MOVT pair");
        if (!move->top)
            low[move->rd] = move->value;
    });
    return found;
}

/// Absolute and place-relative words at any alignment; unwind tables transfer no control.
std::optional<std::string> find_in_bytes(const elf_image& image, uint16_t index,
                                         const code_span& span, std::span<const code_span> ours) {
    const elf_section& section = image.sections()[index];
    if (!section.allocated() || section.type == llvm::ELF::SHT_ARM_EXIDX)
        return std::nullopt;
    for (size_t at = 0; at + 4 <= section.bytes.size(); ++at) {
        uint32_t word;
        std::memcpy(&word, section.bytes.data() + at, 4);
        const uint32_t here = section.address + static_cast<uint32_t>(at);
        const bool relative = at % 4 == 0 && span.holds((word + here) & ~1u);
        if ((!relative && !span.holds(word & ~1u)) || inside_any(ours, index, here))
            continue;
        return describe(image, index, here, relative ? "a place-relative word" : "an address");
    }
    return std::nullopt;
}

/// The instruction that ends where the span begins must not continue into it.
std::optional<std::string> find_fall_through(const elf_image& image, const code_span& span,
                                             std::span<const code_span> ours) {
    std::optional<std::string> found;
    for (const code_range& range : image.code()) {
        if (range.section != span.section || range.begin >= span.begin || range.end < span.begin)
            continue;
        walk(image, range, [&](const instruction& i) {
            if (i.address + i.size == span.begin && !never_continues(i) &&
                !inside_any(ours, range.section, i.address))
                found = describe(image, range.section, i.address, "a fall-through from code");
        });
    }
    return found;
}

} // namespace

std::optional<std::string> find_reference(const elf_image& image, const code_span& span,
                                          std::span<const code_span> ours) {
    if (span.holds(image.entry() & ~1u))
        return "the entry point of the file";
    for (const code_range& range : image.code())
        if (auto found = find_in_code(image, range, span, ours))
            return found;
    for (size_t i = 0; i < image.sections().size(); ++i)
        if (auto found = find_in_bytes(image, static_cast<uint16_t>(i), span, ours))
            return found;
    return find_fall_through(image, span, ours);
}

} // namespace paravane::port
