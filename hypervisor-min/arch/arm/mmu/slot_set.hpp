// SPDX-License-Identifier: BSD-2-Clause
// Sets of small numbers as bitmaps that are cheap to walk when sparse: the slots
// in use of a first-level table, the live entries of a second-level one.
#pragma once

#include <stdint.h>

namespace paravane::arm::mmu {

/// Calls `visit(n)` for each set bit of `word`, lowest first.
template <class Visit>
constexpr void for_each_bit(uint32_t word, Visit visit) {
    while (word != 0) {
        visit(static_cast<uint32_t>(__builtin_ctz(word)));
        word &= word - 1;
    }
}

/// Numbers below `Words` * 32, with one summary bit per word.
template <uint32_t Words>
class slot_set {
public:
    void insert(uint32_t n) {
        words_[n >> 5] |= 1u << (n & 31);
        summary_[n >> 10] |= 1u << ((n >> 5) & 31);
    }
    void erase(uint32_t n) {
        uint32_t& word = words_[n >> 5];
        word &= ~(1u << (n & 31));
        if (word == 0) {
            summary_[n >> 10] &= ~(1u << ((n >> 5) & 31));
        }
    }
    bool contains(uint32_t n) const { return ((words_[n >> 5] >> (n & 31)) & 1) != 0; }

    bool empty() const {
        uint32_t any = 0;
        for (const uint32_t s : summary_) {
            any |= s;
        }
        return any == 0;
    }

    /// Visits every member in order. The visitor may erase the one it is given.
    template <class Visit>
    void for_each(Visit visit) const {
        for (uint32_t s = 0; s < SUMMARIES; ++s) {
            for_each_bit(summary_[s], [&](uint32_t w) {
                const uint32_t word = s * 32 + w;
                for_each_bit(words_[word], [&](uint32_t bit) { visit(word * 32 + bit); });
            });
        }
    }

private:
    static constexpr uint32_t SUMMARIES = (Words + 31) / 32;
    uint32_t words_[Words]{};
    uint32_t summary_[SUMMARIES]{};
};

using l1_slots = slot_set<128>;
using l2_slots = slot_set<8>;

} // namespace paravane::arm::mmu
