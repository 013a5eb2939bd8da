// SPDX-License-Identifier: BSD-2-Clause
// Sets of small numbers as bitmaps: the slots in use of a first-level table, the
// live entries of a second-level one.
#pragma once

#include <stdint.h>

namespace paravane::arm::mmu {

/// Numbers below 32 * `Words`; all-zero memory is the empty set.
template <uint32_t Words>
class slot_set {
public:
    static constexpr uint32_t END = Words * 32;

    void insert(uint32_t n) { words_[n >> 5] |= 1u << (n & 31); }
    void erase(uint32_t n) { words_[n >> 5] &= ~(1u << (n & 31)); }
    bool empty() const { return next(0) == END; }

    /// The least member that is not below `from`, or END. Members may be erased
    /// and inserted between two calls.
    [[gnu::noinline]] uint32_t next(uint32_t from) const {
        uint32_t mask = ~0u << (from & 31);
        for (uint32_t word = from >> 5; word < Words; ++word) {
            const uint32_t rest = words_[word] & mask;
            if (rest != 0) {
                return word * 32 + static_cast<uint32_t>(__builtin_ctz(rest));
            }
            mask = ~0u;
        }
        return END;
    }

private:
    uint32_t words_[Words];
};

using l1_slots = slot_set<128>;
using l2_slots = slot_set<8>;

} // namespace paravane::arm::mmu
