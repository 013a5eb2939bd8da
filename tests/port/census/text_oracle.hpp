// SPDX-License-Identifier: BSD-2-Clause
// An independent opinion: what an instruction is by its printed text (GNU
// objdump's or LLVM's). Nothing of pvport's classifier is used here.
#pragma once

#include "census/kind.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace paravane::port::test {

/// The kind that the text says; none when it is not sensitive.
kind kind_of_text(isa set, std::string_view mnemonic, std::string_view operands);

struct text_line {
    std::string section;
    uint32_t address = 0;
    uint32_t word = 0;
    unsigned size = 0;
    isa set = isa::arm;
    kind what = kind::none;
};

/// Parses `objdump -d -z -w`; `words` counts every instruction line, data directives left out.
std::vector<text_line> sensitive_lines(std::string_view objdump, uint64_t& instructions);

} // namespace paravane::port::test
