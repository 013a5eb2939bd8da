// SPDX-License-Identifier: BSD-2-Clause
// Sets of small numbers as bitmaps that are cheap to walk when sparse: the slots
// in use of a first-level table, the live entries of a second-level one.
#pragma once

#include <stdint.h>

namespace paravane::arm::mmu {

/// Numbers below 1024 * `Groups`; all-zero memory is the empty set.
template <uint32_t Groups, uint32_t WordsPerGroup = 32>
class slot_set {
public:
    static constexpr uint32_t END = Groups * WordsPerGroup * 32;

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
    bool empty() const { return next(0) == END; }

    /// The least member that is not below `from`, or END. Members may be erased
    /// and inserted between two calls.
    [[gnu::noinline]] uint32_t next(uint32_t from) const {
        if (from >= END) {
            return END;
        }
        const uint32_t rest = words_[from >> 5] & (~0u << (from & 31));
        if (rest != 0) {
            return (from & ~31u) + lowest(rest);
        }
        for (uint32_t word = (from >> 5) + 1; word < END / 32; word = (word | 31) + 1) {
            const uint32_t groups = summary_[word >> 5] & (~0u << (word & 31));
            if (groups != 0) {
                const uint32_t found = (word & ~31u) + lowest(groups);
                return found * 32 + lowest(words_[found]);
            }
        }
        return END;
    }

private:
    static uint32_t lowest(uint32_t word) { return static_cast<uint32_t>(__builtin_ctz(word)); }

    uint32_t words_[Groups * WordsPerGroup];
    uint32_t summary_[Groups];
};

using l1_slots = slot_set<4>;
using l2_slots = slot_set<1, 8>;

} // namespace paravane::arm::mmu
