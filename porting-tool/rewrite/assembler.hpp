// SPDX-License-Identifier: BSD-2-Clause
// LLVM's ARM assembler in this process: text in, words out. It is how a
// statement's meaning is decided. Used by recognize.hpp.
#pragma once

#include "census/kind.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace paravane::port {

class assembler {
public:
    assembler();
    ~assembler();
    assembler(const assembler&) = delete;
    assembler& operator=(const assembler&) = delete;

    /// The encodings of the text, 32-bit Thumb ones with their first halfword in the upper
    /// half; nothing when it does not assemble. Answers are remembered.
    const std::optional<std::vector<uint32_t>>& assemble(const std::string& text, isa set);

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace paravane::port
