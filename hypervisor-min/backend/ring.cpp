// SPDX-License-Identifier: BSD-2-Clause
// See ring.hpp.
#include "backend/ring.hpp"

namespace paravane::backend {

namespace {

constexpr uint32_t DESCRIPTOR_BYTES = sizeof(pvn_desc);
constexpr uint32_t USED_BYTES = sizeof(pvn_used_element);
constexpr uint32_t HEAD_BYTES = sizeof(pvn_ring_head);

uint16_t load16(const uint8_t* place) {
    return PVN_LOAD16(place);
}

uint32_t load32(const uint8_t* place) {
    return PVN_LOAD32(place);
}

/// guest_memory::at() once, for what is not done for every descriptor.
[[gnu::noinline]] uint8_t* find(const guest_memory& memory, uint64_t address, uint32_t bytes) {
    return memory.at(address, bytes);
}

void full_barrier() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

} // namespace

const char* describe(ring_fault fault) {
    static constexpr const char* TEXTS[] = {
        "",
        "available index runs ahead",
        "descriptor number out of range",
        "chain loops",
        "chain too long",
        "descriptor outside the VM's memory",
        "empty descriptor",
        "readable descriptor after a writable one",
        "forbidden indirect descriptor",
        "descriptor covers the ring",
    };
    return TEXTS[static_cast<uint32_t>(fault)];
}

bool ring::start(const guest_memory& memory, const layout& where, bool indirect, bool events) {
    const uint32_t size = where.size;
    if (size == 0 || size > MAX_SIZE || (size & (size - 1)) != 0 || where.descriptors % 16 != 0 ||
        where.driver % 2 != 0 || where.device % 4 != 0) {
        return false;
    }
    memory_ = &memory;
    descriptors_ = find(memory, where.descriptors, DESCRIPTOR_BYTES * size);
    driver_ = find(memory, where.driver, PVN_AVAIL_BYTES(size));
    device_ = find(memory, where.device, PVN_USED_BYTES(size));
    if (descriptors_ == nullptr || driver_ == nullptr || device_ == nullptr) {
        return false;
    }
    uint8_t* last = nullptr;
    first_ = descriptors_;
    const auto include = [&](uint8_t* part, uint32_t bytes) {
        first_ = part < first_ ? part : first_;
        last = part + bytes > last ? part + bytes : last;
    };
    include(descriptors_, DESCRIPTOR_BYTES * size);
    include(driver_, PVN_AVAIL_BYTES(size));
    include(device_, PVN_USED_BYTES(size));
    span_ = static_cast<uint32_t>(last - first_);
    size_ = size;
    seen_ = given_ = signalled_ = 0;
    indirect_ = indirect;
    events_ = events;
    return true;
}

[[gnu::always_inline]] inline bool ring::covers_ring(const uint8_t* memory, uint32_t bytes) const {
    // What follows the ring's beginning within its bytes, or is followed by it.
    const auto meets = [=](const uint8_t* part, uint32_t size) {
        return static_cast<uintptr_t>(memory - part) < size ||
               static_cast<uintptr_t>(part - memory) < bytes;
    };
    return meets(first_, span_) &&
           (meets(descriptors_, DESCRIPTOR_BYTES * size_) ||
            meets(driver_, PVN_AVAIL_BYTES(size_)) || meets(device_, PVN_USED_BYTES(size_)));
}

/// The table that an indirect descriptor names, and how many entries it has. Guests may
/// put one at any byte; loads need a word's alignment.
inline ring_fault ring::find_table(uint64_t address, uint32_t bytes, uint32_t flags,
                                   const uint8_t*& table, uint32_t& entries) const {
    entries = bytes / DESCRIPTOR_BYTES;
    if (!indirect_ || (flags & PVN_DESC_NEXT) != 0 || entries == 0 || entries > PVN_QUEUE_LARGEST ||
        bytes % DESCRIPTOR_BYTES != 0 || address % 4 != 0) {
        return ring_fault::indirect;
    }
    table = memory_->at(address, bytes);
    return table == nullptr ? ring_fault::outside : ring_fault::none;
}

/// Each descriptor is loaded once.
[[gnu::always_inline]] inline ring_fault ring::walk(chain& out, uint32_t at) const {
    const uint8_t* table = descriptors_;
    uint32_t entries = size_;
    uint32_t steps = 0;
    bool inside = false;
    uint32_t readable_bytes = 0;
    uint32_t writable_bytes = 0;
    uint32_t count = 0;
    uint32_t readable_count = 0;
    for (;;) {
        if (at >= entries) {
            return ring_fault::bad_index;
        }
        const uint8_t* const place = table + DESCRIPTOR_BYTES * at;
        const uint64_t address = load32(place) | static_cast<uint64_t>(load32(place + 4)) << 32;
        const uint32_t bytes = load32(place + 8);
        const uint32_t flags = load32(place + 12); // and the next one's number
        if ((flags & PVN_DESC_INDIRECT) != 0) {
            if (inside) { // for good: a table may be the ring's own descriptors
                return ring_fault::indirect;
            }
            inside = true;
            const ring_fault fault = find_table(address, bytes, flags, table, entries);
            if (fault != ring_fault::none) {
                return fault;
            }
            at = steps = 0;
            continue;
        }
        if (count == chain::MAX_SEGMENTS) {
            return ring_fault::too_many;
        }
        if (bytes == 0) {
            return ring_fault::empty;
        }
        uint8_t* const memory = memory_->at(address, bytes);
        if (memory == nullptr) {
            return ring_fault::outside;
        }
        if ((flags & PVN_DESC_WRITE) != 0) {
            if (covers_ring(memory, bytes)) {
                return ring_fault::on_ring;
            }
            if (__builtin_add_overflow(writable_bytes, bytes, &writable_bytes)) {
                return ring_fault::too_many;
            }
        } else {
            if (readable_count++ != count) {
                return ring_fault::order;
            }
            if (__builtin_add_overflow(readable_bytes, bytes, &readable_bytes)) {
                return ring_fault::too_many;
            }
        }
        out.segments[count++] = {memory, bytes};
        if ((flags & PVN_DESC_NEXT) == 0) {
            break;
        }
        if (++steps == entries) {
            return ring_fault::loop;
        }
        at = flags >> 16;
    }
    out.count = static_cast<uint16_t>(count);
    out.readable_count = static_cast<uint16_t>(readable_count);
    out.readable_bytes = readable_bytes;
    out.writable_bytes = writable_bytes;
    return ring_fault::none;
}

ring_fault ring::take(chain& out) {
    const uint16_t ahead = load16(driver_ + INDEX_AT) - seen_;
    out.count = 0;
    if (ahead == 0) {
        return ring_fault::none;
    }
    if (ahead > size_) {
        return ring_fault::index_jump;
    }
    full_barrier();
    out.head = load16(driver_ + HEAD_BYTES + 2 * (seen_ & (size_ - 1)));
    const ring_fault fault = walk(out, out.head);
    if (fault == ring_fault::none) {
        ++seen_;
    }
    return fault;
}

void ring::give(uint16_t head, uint32_t written) {
    uint8_t* const element = device_ + HEAD_BYTES + USED_BYTES * (given_ & (size_ - 1));
    PVN_STORE32(element, head);
    PVN_STORE32(element + 4, written);
    full_barrier();
    ++given_;
    PVN_STORE16(device_ + INDEX_AT, given_);
}

bool ring::listen() {
    if (events_) {
        PVN_STORE16(device_ + HEAD_BYTES + USED_BYTES * size_, seen_);
        full_barrier();
    }
    return offered();
}

bool ring::interrupt_wanted() {
    const uint16_t before = signalled_;
    if (given_ == before) {
        return false;
    }
    signalled_ = given_;
    full_barrier();
    if (events_) {
        const uint16_t event = load16(driver_ + HEAD_BYTES + 2 * size_);
        return PVN_EVENT_PASSED(event, given_, before);
    }
    return (load16(driver_) & PVN_AVAIL_NO_INTERRUPT) == 0;
}

} // namespace paravane::backend
