// SPDX-License-Identifier: BSD-2-Clause
// File and line of an address by DWARF, when the file has any. Used by
// census.cpp for hits only.
#pragma once

#include "elf_image.hpp"
#include "site.hpp"

#include <memory>

namespace paravane::port {

class line_finder {
public:
    /// Finds nothing when the image has no line table or a damaged one.
    explicit line_finder(const elf_image& image);
    ~line_finder();

    /// The line that made the instruction: of an inlined body, not of its caller.
    source_place find(uint16_t section, uint32_t address);

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace paravane::port
