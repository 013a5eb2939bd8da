// SPDX-License-Identifier: BSD-2-Clause
// See chain.hpp.
#include "backend/chain.hpp"

namespace paravane::backend {

namespace {

/// A place in a run of segments.
struct cursor {
    const segment* at;
    uint32_t count;
    uint32_t offset;

    /// Where the next `bytes` lie if one segment has them all, as it mostly does.
    [[gnu::always_inline]] uint8_t* whole(uint32_t bytes) const {
        return count != 0 && bytes <= at->bytes && offset <= at->bytes - bytes ? at->memory + offset
                                                                               : nullptr;
    }

    /// Goes to the segment that has the next byte and cuts `bytes` to what it has of
    /// them; false behind the last.
    bool settle(uint32_t& bytes) {
        for (; count != 0; ++at, --count) {
            if (offset < at->bytes) {
                bytes = bytes < at->bytes - offset ? bytes : at->bytes - offset;
                return true;
            }
            offset -= at->bytes;
        }
        return false;
    }
};

[[gnu::noinline]] uint32_t copy_pieces(cursor to, cursor from, uint32_t bytes) {
    uint32_t done = 0;
    while (done < bytes) {
        uint32_t part = bytes - done;
        if (!to.settle(part) || !from.settle(part)) {
            break;
        }
        __builtin_memcpy(to.at->memory + to.offset, from.at->memory + from.offset, part);
        to.offset += part;
        from.offset += part;
        done += part;
    }
    return done;
}

[[gnu::always_inline]] inline uint32_t copy(const cursor& to, const cursor& from, uint32_t bytes) {
    uint8_t* const target = to.whole(bytes);
    const uint8_t* const source = from.whole(bytes);
    if (target == nullptr || source == nullptr) [[unlikely]] {
        return copy_pieces(to, from, bytes);
    }
    __builtin_memcpy(target, source, bytes);
    return bytes;
}

} // namespace

uint32_t chain::copy_in(uint32_t offset, void* to, uint32_t bytes) const {
    const segment flat{static_cast<uint8_t*>(to), bytes};
    return copy({&flat, 1, 0}, {segments, readable_count, offset}, bytes);
}

uint32_t chain::copy_out(uint32_t offset, const void* from, uint32_t bytes) const {
    const segment flat{const_cast<uint8_t*>(static_cast<const uint8_t*>(from)), bytes};
    return copy({writable(), writable_count(), offset}, {&flat, 1, 0}, bytes);
}

uint32_t chain::copy_across(uint32_t offset, const chain& from, uint32_t from_offset,
                            uint32_t bytes) const {
    return copy({writable(), writable_count(), offset},
                {from.segments, from.readable_count, from_offset}, bytes);
}

} // namespace paravane::backend
