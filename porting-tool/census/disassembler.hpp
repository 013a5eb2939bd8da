// SPDX-License-Identifier: BSD-2-Clause
// The text and the registers of an instruction, by LLVM MC. Text is for people:
// nothing decides by it. Only hits are printed, so its cost does not matter.
#pragma once

#include "kind.hpp"

#include <memory>
#include <optional>
#include <string>

namespace paravane::port {

/// What an instruction does to the general registers, a bit each.
struct register_use {
    uint16_t reads = 0;
    uint16_t writes = 0;
    bool conditional = false; ///< by its own condition; an IT block is not seen
    bool calls = false;
    bool traps = false;  ///< undefined, breakpoint or system call
    bool leaves = false; ///< may continue elsewhere than behind it
};

class disassembler {
public:
    disassembler();
    ~disassembler();
    disassembler(const disassembler&) = delete;
    disassembler& operator=(const disassembler&) = delete;

    /// The instruction as UAL text; ".inst 0x…" when MC does not know it.
    std::string text(isa set, uint32_t word, unsigned size, kind what);

    /// Register operands, listed and implied; nothing when MC does not know the instruction.
    std::optional<register_use> registers(isa set, uint32_t word, unsigned size);

    /// True when MC decodes it; tests compare classify.hpp with this.
    bool decode(isa set, uint32_t word, unsigned size, std::string& opcode);

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace paravane::port
