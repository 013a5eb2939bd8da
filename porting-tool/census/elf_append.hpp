// SPDX-License-Identifier: BSD-2-Clause
// Adds or replaces sections at the end of an ELF file; every other byte stays
// where it is but for the header's pointers. Used by patch.cpp.
#pragma once

#include "elf_image.hpp"

#include <vector>

namespace paravane::port {

struct new_section {
    std::string_view name;
    uint32_t type = 0;
    uint32_t alignment = 4;
    uint32_t entry_size = 0;
    std::vector<uint8_t> bytes;
};

/// Appends to `file`, a copy of the image's bytes, perhaps changed in place. A section of
/// the same name is replaced.
void append_sections(std::vector<uint8_t>& file, const elf_image& image,
                     std::span<const new_section> sections);

} // namespace paravane::port
