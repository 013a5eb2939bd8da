// SPDX-License-Identifier: BSD-2-Clause
// The text of an instruction, by LLVM MC. Text is for people: nothing decides
// by it. Only hits are printed, so its cost does not matter.
#pragma once

#include "kind.hpp"

#include <memory>
#include <string>

namespace paravane::port {

class disassembler {
public:
    disassembler();
    ~disassembler();
    disassembler(const disassembler&) = delete;
    disassembler& operator=(const disassembler&) = delete;

    /// The instruction as UAL text; ".inst 0x…" when MC does not know it.
    std::string text(isa set, uint32_t word, unsigned size, kind what);

    /// True when MC decodes it; tests compare classify.hpp with this.
    bool decode(isa set, uint32_t word, unsigned size, std::string& opcode);

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace paravane::port
