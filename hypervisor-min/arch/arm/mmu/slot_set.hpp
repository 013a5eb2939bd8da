// SPDX-License-Identifier: BSD-2-Clause
// Sets of small numbers as bitmaps: the slots in use of a first-level table, the
// live entries of a second-level one.
#pragma once

#include <stdint.h>

namespace paravane::arm::mmu {

template <uint32_t Groups>
struct set_summary {
    uint32_t words[Groups];
};
template <>
struct set_summary<0> {};

/// Numbers below 32 * `Words`; all-zero memory is the empty set. In a large set a second
/// bitmap says which words are not zero, so that sparse ones are walked in their members.
template <uint32_t Words>
class slot_set {
    static constexpr bool LARGE = Words > 32;

public:
    static constexpr uint32_t END = Words * 32;

    void insert(uint32_t n) {
        words_[n >> 5] |= 1u << (n & 31);
        if constexpr (LARGE) {
            some_.words[n >> 10] |= 1u << ((n >> 5) & 31);
        }
    }
    void erase(uint32_t n) {
        words_[n >> 5] &= ~(1u << (n & 31));
        note_empty(n >> 5);
    }
    bool empty() const { return next(0) == END; }
    /// The members among the 16 numbers from 16 * `group`, as bits; and more of them.
    uint32_t sixteen(uint32_t group) const {
        return (words_[group >> 1] >> (16 * (group & 1))) & 0xffff;
    }
    void insert_sixteen(uint32_t group, uint32_t members)
        requires(!LARGE)
    {
        words_[group >> 1] |= members << (16 * (group & 1));
    }

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
        const uint32_t found = next_word(word + 1);
        return found == Words ? END
                              : found * 32 + static_cast<uint32_t>(__builtin_ctz(words_[found]));
    }

    /// Takes out the members in [first, last] and tells each to `visit`.
    template <class Visit>
    void take(uint32_t first, uint32_t last, Visit visit) {
        for (uint32_t word = first >> 5; word <= last >> 5; ++word) {
            uint32_t bits = words_[word];
            bits &= word == first >> 5 ? ~0u << (first & 31) : ~0u;
            bits &= word == last >> 5 ? ~0u >> (31 - (last & 31)) : ~0u;
            if (bits == 0) {
                continue;
            }
            words_[word] &= ~bits;
            note_empty(word);
            each_bit(word, bits, visit);
        }
    }

    /// Takes out every member and tells each to `visit`, which may change the set.
    template <class Visit>
    void drain(Visit visit) {
        for (uint32_t word = next_word(0); word != Words; word = next_word(word + 1)) {
            const uint32_t bits = words_[word];
            words_[word] = 0;
            note_empty(word);
            each_bit(word, bits, visit);
        }
    }

    /// Becomes `other`, and tells `visit` of each number that is a member of only one.
    template <class Visit>
    void become(const slot_set& other, Visit visit) {
        for (uint32_t group = 0; group < Words / 32; ++group) {
            for (uint32_t some = some_.words[group] | other.some_.words[group]; some != 0;
                 some &= some - 1) {
                const uint32_t word = group * 32 + static_cast<uint32_t>(__builtin_ctz(some));
                if (const uint32_t bits = words_[word] ^ other.words_[word]; bits != 0) {
                    words_[word] = other.words_[word];
                    each_bit(word, bits, visit);
                }
            }
        }
        some_ = other.some_;
    }

    /// Tells each member to `visit`, in order; the set must not change meanwhile.
    template <class Visit>
    void for_each(Visit visit) const {
        for (uint32_t word = next_word(0); word != Words; word = next_word(word + 1)) {
            each_bit(word, words_[word], visit);
        }
    }

    /// The same of those whose number divided by 32 is a bit of `words`.
    template <class Visit>
    void for_each_of(uint32_t words, Visit visit) const
        requires(!LARGE)
    {
        for (; words != 0; words &= words - 1) {
            const auto word = static_cast<uint32_t>(__builtin_ctz(words));
            each_bit(word, words_[word], visit);
        }
    }

private:
    template <class Visit>
    static void each_bit(uint32_t word, uint32_t bits, Visit& visit) {
        for (; bits != 0; bits &= bits - 1) {
            visit(word * 32 + static_cast<uint32_t>(__builtin_ctz(bits)));
        }
    }
    void note_empty(uint32_t word) {
        if constexpr (LARGE) {
            if (words_[word] == 0) {
                some_.words[word >> 5] &= ~(1u << (word & 31));
            }
        }
    }
    /// The least index of a word that is not 0 and not below `from`, or Words.
    uint32_t next_word(uint32_t from) const {
        if constexpr (LARGE) {
            uint32_t mask = ~0u << (from & 31);
            for (uint32_t group = from >> 5; group < Words / 32; ++group) {
                if (const uint32_t some = some_.words[group] & mask; some != 0) {
                    return group * 32 + static_cast<uint32_t>(__builtin_ctz(some));
                }
                mask = ~0u;
            }
            return Words;
        }
        while (from < Words && words_[from] == 0) {
            ++from;
        }
        return from;
    }

    uint32_t words_[Words];
    [[no_unique_address]] set_summary<LARGE ? Words / 32 : 0> some_;
};

using l1_slots = slot_set<128>;
using l2_slots = slot_set<8>;

} // namespace paravane::arm::mmu
