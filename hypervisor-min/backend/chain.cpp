// SPDX-License-Identifier: BSD-2-Clause
// See chain.hpp.
#include "backend/chain.hpp"

namespace paravane::backend {

namespace {

uint32_t smaller(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/// Calls `each(memory, bytes)` for the pieces of [offset, offset + bytes); their sum.
template <class Each>
uint32_t walk(const segment* at, uint32_t count, uint32_t offset, uint32_t bytes, Each each) {
    if (count != 0 && bytes <= at->bytes && offset <= at->bytes - bytes) [[likely]] {
        each(at->memory + offset, bytes);
        return bytes;
    }
    uint32_t done = 0;
    for (; count != 0 && done < bytes; ++at, --count) {
        if (offset >= at->bytes) {
            offset -= at->bytes;
            continue;
        }
        const uint32_t part = smaller(at->bytes - offset, bytes - done);
        each(at->memory + offset, part);
        done += part;
        offset = 0;
    }
    return done;
}

} // namespace

uint32_t chain::copy_in(uint32_t offset, void* to, uint32_t bytes) const {
    auto* target = static_cast<uint8_t*>(to);
    return walk(segments, readable_count, offset, bytes, [&](uint8_t* memory, uint32_t part) {
        __builtin_memcpy(target, memory, part);
        target += part;
    });
}

uint32_t chain::copy_out(uint32_t offset, const void* from, uint32_t bytes) const {
    const auto* source = static_cast<const uint8_t*>(from);
    return walk(writable(), writable_count(), offset, bytes, [&](uint8_t* memory, uint32_t part) {
        __builtin_memcpy(memory, source, part);
        source += part;
    });
}

uint32_t chain::copy_across(uint32_t offset, const chain& from, uint32_t from_offset,
                            uint32_t bytes) const {
    uint32_t done = 0;
    walk(from.segments, from.readable_count, from_offset, bytes,
         [&](const uint8_t* memory, uint32_t part) {
             done += copy_out(offset + done, memory, part);
         });
    return done;
}

} // namespace paravane::backend
