// SPDX-License-Identifier: BSD-2-Clause
// Proves of an MRS that it only saves condition flags, as compilers do of their own
// accord: User mode reads those as well as any mode does. Asked by verify.cpp.
#pragma once

#include "disassembler.hpp"
#include "elf_image.hpp"
#include "site.hpp"
#include "walk.hpp"

#include <map>

namespace paravane::port {

class flag_save_prover {
public:
    explicit flag_save_prover(const elf_image& image) : image_(image) {}

    /// True when every path from the MRS reads its register, until that is written anew, by MSR
    /// of flags alone, and there is such an MSR. What cannot be followed is not proven.
    bool only_saves_flags(const object_site& site);

private:
    struct place {
        uint32_t address;
        isa set;
        bool in_callee; ///< returns to code that is followed on its own
        auto operator<=>(const place&) const = default;
    };
    struct code_line : instruction {
        bool continues; ///< control may reach what stands behind it
    };
    class path;

    const code_range* range_at(uint32_t address, isa set);
    const code_line* line_at(uint32_t address, isa set);
    bool restores_nearby(const object_site& site, unsigned reg);
    bool is_named_by_data(const std::vector<uint32_t>& addresses) const;

    const elf_image& image_;
    disassembler decoder_;
    const code_range* last_ = nullptr; ///< where the last instruction was found
    std::map<const code_range*, std::vector<code_line>> lines_;
};

} // namespace paravane::port
