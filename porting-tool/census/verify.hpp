// SPDX-License-Identifier: BSD-2-Clause
// The gate: which sensitive instructions a kernel still holds that the
// allow-list does not excuse, and which traps it holds that mean nothing.
#pragma once

#include "allow_list.hpp"
#include "census.hpp"

namespace paravane::port {

struct verify_finding {
    object_site site;
    std::string problem; ///< why it is not accepted
};

struct verify_result {
    std::vector<verify_finding> findings; ///< empty: the kernel is clean
    std::vector<object_site> allowed;
    std::vector<object_site> harmless;
    std::vector<std::string> notes;
    uint64_t instructions = 0;
    uint64_t flag_saves = 0; ///< MRS among the harmless, proven by flag_save.hpp
    uint64_t data_words = 0; ///< sensitive when run, written as data in the flow of code; noted
    uint64_t traps = 0;      ///< instruction-plane traps met
};

/// Checks one image. Fails when an entry of the list cannot be honoured.
outcome<verify_result> verify(const elf_image& image, const allow_list& list,
                              const census_options& options = {});

} // namespace paravane::port
