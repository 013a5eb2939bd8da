// SPDX-License-Identifier: BSD-2-Clause
// File and line of addresses by the line tables, when the file has any. Asked
// once per file, for hits only. The tables are read by line_program.hpp and not by
// LLVM, whose reader of debug information crashes on damaged files.
#pragma once

#include "elf_image.hpp"
#include "site.hpp"

namespace paravane::port {

struct line_query {
    uint16_t section = 0;
    uint32_t address = 0;
    source_place answer; ///< the line that made the instruction: of an inlined body, not its caller
};

/// Answers what it can; the rest stays empty.
void find_lines(const elf_image& image, std::span<line_query> queries);

} // namespace paravane::port
