// SPDX-License-Identifier: BSD-2-Clause
// Sets of small numbers as bitmaps: the slots in use of a first-level table, the
// live entries of a second-level one.
#pragma once

#include <stdint.h>

namespace paravane::arm::mmu {

/// Numbers below 32 * `Words`; all-zero memory is the empty set. A second bitmap says
/// which words are not zero, so that sparse sets are walked in their members.
template <uint32_t Words>
class slot_set {
public:
    static constexpr uint32_t END = Words * 32;

    void insert(uint32_t n) {
        words_[n >> 5] |= 1u << (n & 31);
        some_[n >> 10] |= 1u << ((n >> 5) & 31);
    }
    void erase(uint32_t n) {
        words_[n >> 5] &= ~(1u << (n & 31));
        if (words_[n >> 5] == 0) {
            some_[n >> 10] &= ~(1u << ((n >> 5) & 31));
        }
    }
    bool empty() const { return next(0) == END; }

    /// The least member that is not below `from`, or END. Members may be erased
    /// and inserted between two calls.
    [[gnu::noinline]] uint32_t next(uint32_t from) const {
        const uint32_t word = from >> 5;
        if (word >= Words) {
            return END;
        }
        if (const uint32_t rest = words_[word] & (~0u << (from & 31)); rest != 0) {
            return word * 32 + static_cast<uint32_t>(__builtin_ctz(rest));
        }
        uint32_t mask = word % 32 == 31 ? 0 : ~0u << (word % 32 + 1);
        for (uint32_t group = word / 32; group < GROUPS; ++group) {
            if (const uint32_t some = some_[group] & mask; some != 0) {
                const uint32_t found = group * 32 + static_cast<uint32_t>(__builtin_ctz(some));
                return found * 32 + static_cast<uint32_t>(__builtin_ctz(words_[found]));
            }
            mask = ~0u;
        }
        return END;
    }

    /// Takes out the members in [first, last] and tells each to `visit`.
    template <class Visit>
    void take(uint32_t first, uint32_t last, Visit visit) {
        for (uint32_t word = first >> 5; word <= last >> 5; ++word) {
            uint32_t bits = words_[word];
            bits &= word == first >> 5 ? ~0u << (first & 31) : ~0u;
            bits &= word == last >> 5 ? ~0u >> (31 - (last & 31)) : ~0u;
            words_[word] &= ~bits;
            if (words_[word] == 0) {
                some_[word >> 5] &= ~(1u << (word & 31));
            }
            for (; bits != 0; bits &= bits - 1) {
                visit(word * 32 + static_cast<uint32_t>(__builtin_ctz(bits)));
            }
        }
    }

private:
    static constexpr uint32_t GROUPS = (Words + 31) / 32;

    uint32_t words_[Words];
    uint32_t some_[GROUPS];
};

using l1_slots = slot_set<128>;
using l2_slots = slot_set<8>;

} // namespace paravane::arm::mmu
