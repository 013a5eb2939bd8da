// SPDX-License-Identifier: BSD-2-Clause
// The original words that have no direct code: section .paravane.insns, sorted,
// each once (abi::ESCAPE_SECTION). Read back by verify.cpp, built by patch.cpp.
#pragma once

#include "elf_image.hpp"

#include <vector>

namespace paravane::port {

class escape_table {
public:
    escape_table() = default;
    /// The table that an image carries; empty when it carries none.
    explicit escape_table(const elf_image& image);

    bool holds(uint32_t index) const { return index < words_.size(); }
    std::span<const uint32_t> words() const { return words_; }

    /// Adds words, then sorts; every index may change.
    void add(std::span<const uint32_t> words);
    /// @pre the word was added
    uint32_t index_of(uint32_t word) const;

private:
    std::vector<uint32_t> words_;
};

} // namespace paravane::port
