// SPDX-License-Identifier: BSD-2-Clause
// One chain of descriptors after ring.cpp has copied, checked and translated it:
// nothing in here is read from the guest again. Back ends read and write its bytes.
#pragma once

#include "backend/guest_memory.hpp"

namespace paravane::backend {

class chain {
public:
    static constexpr uint32_t MAX_SEGMENTS = 32;

    uint16_t head{};
    uint16_t readable_count{}; ///< The first ones; the rest is writable.
    uint16_t count{};
    uint32_t readable_bytes{};
    uint32_t writable_bytes{};
    segment segments[MAX_SEGMENTS];

    const segment* writable() const { return segments + readable_count; }
    uint32_t writable_count() const { return count - readable_count; }

    /// Of both kinds; 4 GiB and more are one less than that.
    uint32_t bytes() const {
        uint32_t all;
        return __builtin_add_overflow(readable_bytes, writable_bytes, &all) ? ~0u : all;
    }

    /// The first readable or writable bytes, null unless they lie in one piece, on a word.
    const void* readable_words(uint32_t bytes) const {
        return readable_count != 0 ? words(*segments, bytes) : nullptr;
    }
    void* writable_words(uint32_t bytes) const {
        return writable_count() != 0 ? words(*writable(), bytes) : nullptr;
    }

    /// Copies from the readable bytes, starting at `offset`; how many there were.
    uint32_t copy_in(uint32_t offset, void* to, uint32_t bytes) const;

    /// Copies to the writable bytes, starting at `offset`; how many fitted.
    uint32_t copy_out(uint32_t offset, const void* from, uint32_t bytes) const;

    /// Copies `bytes` readable bytes of `from` into our writable ones; how many fitted.
    uint32_t copy_across(uint32_t offset, const chain& from, uint32_t from_offset,
                         uint32_t bytes) const;

private:
    static void* words(const segment& first, uint32_t bytes) {
        const bool on_word = reinterpret_cast<uintptr_t>(first.memory) % 4 == 0;
        return on_word && first.bytes >= bytes ? first.memory : nullptr;
    }
};

} // namespace paravane::backend
