// SPDX-License-Identifier: BSD-2-Clause
// Level 0 in place: each sensitive instruction of a linked kernel becomes a
// trap of the same size and condition. No source is needed. verify.cpp accepts
// the result; pvrun reads the sections that are added.
#pragma once

#include "census.hpp"

namespace paravane::port {

struct patch_result {
    std::vector<uint8_t> bytes; ///< the new file
    std::vector<object_site> replaced;
    std::vector<std::string> notes;
    uint64_t direct = 0;  ///< sites with a code of their own
    uint64_t escaped = 0; ///< sites that go through .paravane.insns
    size_t table_words = 0;
};

struct patch_options {
    census_options census;
    uint32_t vcpu_page = 0; ///< virtual address that the note declares; 0: the ABI's default
};

/// Patches a linked image. Patching a patched image changes nothing.
outcome<patch_result> patch(const elf_image& image, const patch_options& options = {});

} // namespace paravane::port
