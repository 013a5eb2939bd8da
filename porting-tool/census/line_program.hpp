// SPDX-License-Identifier: BSD-2-Clause
// The line number programs of .debug_line, DWARF 2 to 5 (section 6.2 of the
// standard), read with every byte checked: a damaged program ends, no more. Used by
// lines.cpp alone.
#pragma once

#include "elf_image.hpp"

#include <functional>

namespace paravane::port {

struct line_row {
    uint32_t address = 0;
    uint32_t file = 0;
    uint32_t line = 0;
};

/// Rows of one stretch of code, by address; the last one ends it.
struct line_sequence {
    uint16_t section = 0; ///< of an ET_REL file; else 0
    std::vector<line_row> rows;
};

/// Names of a program's files, made into paths when asked.
class line_files {
public:
    struct entry {
        std::string_view name;
        uint32_t folder = 0;
    };
    /// The path, absolute when the program knows the folder; empty when there is no such file.
    std::string path_of(uint32_t file) const;

    unsigned version = 0;
    std::vector<std::string_view> folders; ///< from 0; in versions up to 4 the first is unknown
    std::vector<entry> files;              ///< from 0 in version 5, else from 1
};

/// Goes through every program of the image; keeps nothing.
void for_each_sequence(const elf_image& image,
                       const std::function<void(const line_files&, const line_sequence&)>& visit);

} // namespace paravane::port
