// SPDX-License-Identifier: BSD-2-Clause
// Proves that nothing in a linked kernel refers to a span of code: no branch,
// no address in data, no address built in registers, no fall-through. Used by
// verify.cpp before it believes that a span never runs as a guest.
#pragma once

#include "elf_image.hpp"

#include <string>

namespace paravane::port {

struct code_span {
    uint16_t section = 0;
    uint32_t begin = 0;
    uint32_t end = 0;

    bool holds(uint32_t address) const { return address >= begin && address < end; }
};

/// What refers to the span from outside `ours` (all spans that are proven together), or
/// nothing. May refuse a span that is unreached in truth; never the reverse for code that
/// uses addresses in the ways that compilers and kernels do.
std::optional<std::string> find_reference(const elf_image& image, const code_span& span,
                                          std::span<const code_span> ours);

} // namespace paravane::port
