// SPDX-License-Identifier: BSD-2-Clause
// The front end for .S files and for the headers that they include: by lines,
// each statement checked by the assembler. Inactive branches are seen as well.
#pragma once

#include "asm_isa.hpp"
#include "site_plan.hpp"

namespace paravane::port {

/// The files of `units` and the headers they reach by #include, each once, canonical.
std::vector<std::string> assembly_files(const std::vector<compile_unit>& units, include_walk& walk);

/// The sensitive statements of one file's text.
std::vector<found_site> scan_assembly(const std::string& path, std::string_view text,
                                      recognizer& recognize, const asm_isas& isas);

} // namespace paravane::port
