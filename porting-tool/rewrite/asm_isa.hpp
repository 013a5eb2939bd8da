// SPDX-License-Identifier: BSD-2-Clause
// Which lines of .S files and their headers are assembled as ARM, which as Thumb:
// by the units' flags and by .arm and .thumb in what the preprocessor leaves, macros
// followed to where they are used. Asked by asm_front.cpp.
#pragma once

#include "include_walk.hpp"

#include <cstdint>

namespace paravane::port {

/// A line may be both, in two units or in two uses of a macro.
enum isa_mask : uint8_t { ISA_NONE = 0, ISA_ARM = 1, ISA_THUMB = 2, ISA_BOTH = 3 };

/// Lines by file name as the markers spell it.
using isa_lines = std::map<std::string, std::map<unsigned, uint8_t>>;

class asm_isas {
public:
    /// Reads the assembly units; those that nowhere speak of Thumb need no preprocessor.
    asm_isas(const std::vector<compile_unit>& units, include_walk& walk);

    /// How the units of all configurations assemble a line. Of units that have both sets only
    /// the lines are counted that they were seen to assemble; a line that is hidden from all is
    /// what stands around it, and a #define may be used anywhere.
    uint8_t of(const std::string& path, unsigned line, bool in_define) const;

    /// True when a unit reads the file that the C preprocessor does not see.
    bool is_raw(const std::string& path) const { return raw_.contains(path); }

    const std::vector<std::string>& notes() const { return notes_; }

private:
    void read(const compile_unit& unit, const std::vector<std::string>& files);

    void keep(const compile_unit& unit, const isa_lines& followed);

    std::map<std::string, uint8_t> files_; ///< the sets of the units that have but one
    std::map<std::string, uint8_t> mixed_; ///< files of units that have both
    std::map<std::string, std::map<unsigned, uint8_t>> lines_;
    std::set<std::string> raw_;
    std::map<std::string, bool> mentions_;
    std::vector<std::string> notes_;
};

/// Follows preprocessed text from a first set on.
isa_lines follow_isa(std::string_view text, uint8_t first);

} // namespace paravane::port
