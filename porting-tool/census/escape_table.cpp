// SPDX-License-Identifier: BSD-2-Clause
// A sorted set of words, so that equal inputs give equal images.
#include "escape_table.hpp"

#include <paravane/abi.hpp>

#include <algorithm>
#include <cstring>

namespace paravane::port {

escape_table::escape_table(const elf_image& image) {
    const elf_section* section = image.section_named(abi::ESCAPE_SECTION);
    if (section == nullptr)
        return;
    words_.resize(section->bytes.size() / sizeof(uint32_t));
    if (!words_.empty())
        std::memcpy(words_.data(), section->bytes.data(), words_.size() * sizeof(uint32_t));
}

void escape_table::add(std::span<const uint32_t> words) {
    words_.insert(words_.end(), words.begin(), words.end());
    std::sort(words_.begin(), words_.end());
    words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
}

uint32_t escape_table::index_of(uint32_t word) const {
    const auto it = std::lower_bound(words_.begin(), words_.end(), word);
    return static_cast<uint32_t>(it - words_.begin());
}

} // namespace paravane::port
