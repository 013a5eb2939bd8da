// SPDX-License-Identifier: BSD-2-Clause
// Steps through a code range instruction by instruction. The word behind an
// ESCAPE_NEXT trap is that trap's data and is not visited.
#pragma once

#include "elf_image.hpp"
#include "plane.hpp"

#include <bit>
#include <cstring>

namespace paravane::port {

struct instruction {
    uint32_t address;
    uint32_t word;
    uint8_t size;
    isa set;
    bool conditional = false; ///< in an IT block
};

/// Follows IT blocks: a trap inside one may not be taken, so it hides nothing.
class it_block {
public:
    bool inside() const { return left_ != 0; }
    void step(uint16_t half) {
        if (left_ != 0)
            --left_;
        else if ((half & 0xff00) == 0xbf00 && (half & 15) != 0)
            left_ = 4 - static_cast<unsigned>(std::countr_zero(half));
    }

private:
    unsigned left_ = 0;
};

/// True when the word is a trap that owns the next word: whenever it is not taken, the next,
/// of the same condition, does nothing.
inline bool hides_next_arm(uint32_t word, uint32_t next) {
    const uint32_t condition = word >> 28;
    if (!plane_owns_arm(word) || (condition != 14 && next >> 28 != condition))
        return false;
    const auto trap = plane_decode_arm(word);
    return trap && trap->how == plane_trap::form::escape_next;
}

inline bool hides_next_thumb(uint32_t word) {
    const auto trap = plane_decode_thumb32(word);
    return trap && trap->how == plane_trap::form::escape_next;
}

/// Calls `visit(instruction)` for each; returns how many there were.
template <typename Visit>
uint64_t walk_arm(std::span<const uint8_t> bytes, uint32_t address, Visit&& visit) {
    uint64_t count = 0;
    for (size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        uint32_t word;
        std::memcpy(&word, bytes.data() + at, 4);
        visit(instruction{address + static_cast<uint32_t>(at), word, 4, isa::arm});
        ++count;
        uint32_t next = 0;
        if (at + 8 <= bytes.size())
            std::memcpy(&next, bytes.data() + at + 4, 4);
        if (hides_next_arm(word, next))
            at += 4;
    }
    return count;
}

template <typename Visit>
uint64_t walk_thumb(std::span<const uint8_t> bytes, uint32_t address, Visit&& visit) {
    uint64_t count = 0;
    it_block it;
    for (size_t at = 0; at + 2 <= bytes.size(); ++count) {
        uint16_t halves[2] = {};
        std::memcpy(&halves[0], bytes.data() + at, 2);
        const uint32_t here = address + static_cast<uint32_t>(at);
        const bool conditional = it.inside();
        it.step(halves[0]);
        at += 2;
        if (!is_thumb32(halves[0]) || at + 2 > bytes.size()) {
            visit(instruction{here, halves[0], 2, isa::thumb, conditional});
            continue;
        }
        std::memcpy(&halves[1], bytes.data() + at, 2);
        at += 2;
        const uint32_t word = static_cast<uint32_t>(halves[0]) << 16 | halves[1];
        visit(instruction{here, word, 4, isa::thumb, conditional});
        if (!conditional && hides_next_thumb(word))
            at += 4;
    }
    return count;
}

template <typename Visit>
uint64_t walk(const elf_image& image, const code_range& range, Visit&& visit) {
    const auto bytes = image.bytes_of(range);
    return range.set == isa::arm ? walk_arm(bytes, range.begin, visit)
                                 : walk_thumb(bytes, range.begin, visit);
}

inline classification classify(const instruction& i, cpu_arch arch) {
    if (i.set == isa::arm)
        return classify_arm(i.word, arch);
    return i.size == 2 ? classify_thumb16(static_cast<uint16_t>(i.word))
                       : classify_thumb32(i.word, arch);
}

} // namespace paravane::port
