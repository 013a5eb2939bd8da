// SPDX-License-Identifier: BSD-2-Clause
// The census of one ELF file and of many objects: every sensitive instruction,
// harmless ones included. Feeds verify.hpp, patch.hpp and the reports.
#pragma once

#include "elf_image.hpp"
#include "site.hpp"

#include <functional>
#include <string>
#include <vector>

namespace paravane::port {

struct census_options {
    bool lines = true; ///< ask DWARF
    bool text = true;  ///< disassemble the hits
};

struct census_result {
    std::vector<object_site> sites; ///< by section and address
    std::vector<std::string> notes;
    uint64_t instructions = 0;
};

/// Takes the census of one image.
census_result take_census(const elf_image& image, const census_options& options = {});

/// An object file and the source that its build says it came from.
struct object_input {
    std::string path;
    std::string unit;
};

/// Takes the census of many files in parallel; the first unreadable file fails the whole.
/// `progress(done, total)` is called from one thread at a time.
outcome<report> take_census_of(const std::vector<object_input>& inputs,
                               const census_options& options, unsigned jobs,
                               const std::function<void(size_t, size_t)>& progress = {});

} // namespace paravane::port
