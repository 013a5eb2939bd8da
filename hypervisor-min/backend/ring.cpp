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

/// A descriptor, loaded once.
struct ring::entry {
    uint64_t address;
    uint32_t bytes;
    uint16_t flags;
    uint16_t next;

    explicit entry(const uint8_t* place)
        : address{load32(place) | static_cast<uint64_t>(load32(place + 4)) << 32},
          bytes{load32(place + 8)} {
        const uint32_t tail = load32(place + 12);
        flags = static_cast<uint16_t>(tail);
        next = static_cast<uint16_t>(tail >> 16);
    }
};

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

// These three are written into take(), for every chain goes through them.

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

[[gnu::always_inline]] inline ring_fault ring::append(chain& out, const entry& next) const {
    if (out.count == chain::MAX_SEGMENTS) {
        return ring_fault::too_many;
    }
    if (next.bytes == 0) {
        return ring_fault::empty;
    }
    uint8_t* const memory = memory_->at(next.address, next.bytes);
    if (memory == nullptr) {
        return ring_fault::outside;
    }
    uint32_t* total = &out.writable_bytes;
    if ((next.flags & PVN_DESC_WRITE) == 0) {
        if (out.readable_count++ != out.count) {
            return ring_fault::order;
        }
        total = &out.readable_bytes;
    } else if (covers_ring(memory, next.bytes)) {
        return ring_fault::on_ring;
    }
    if (__builtin_add_overflow(*total, next.bytes, total)) {
        return ring_fault::too_many;
    }
    out.segments[out.count++] = {memory, next.bytes};
    return ring_fault::none;
}

[[gnu::always_inline]] inline ring_fault ring::walk(chain& out, uint32_t at) const {
    const uint8_t* table = descriptors_;
    uint32_t entries = size_;
    bool inside = false;
    for (uint32_t steps = 0; steps < entries; ++steps) {
        if (at >= entries) {
            return ring_fault::bad_index;
        }
        const entry next{table + DESCRIPTOR_BYTES * at};
        at = next.next;
        if ((next.flags & PVN_DESC_INDIRECT) == 0) {
            const ring_fault fault = append(out, next);
            if (fault != ring_fault::none || (next.flags & PVN_DESC_NEXT) == 0) {
                return fault;
            }
            continue;
        }
        entries = next.bytes / DESCRIPTOR_BYTES;
        // Guests may put a table at any byte; loads need a word's alignment.
        if (inside || !indirect_ || (next.flags & PVN_DESC_NEXT) != 0 || entries == 0 ||
            entries > PVN_QUEUE_LARGEST || next.bytes % DESCRIPTOR_BYTES != 0 ||
            next.address % 4 != 0) {
            return ring_fault::indirect;
        }
        table = find(*memory_, next.address, next.bytes);
        if (table == nullptr) {
            return ring_fault::outside;
        }
        inside = true;
        at = 0;
        steps = ~0u;
    }
    return ring_fault::loop;
}

ring_fault ring::take(chain& out) {
    const uint16_t ahead = load16(driver_ + INDEX_AT) - seen_;
    out.readable_count = out.count = 0;
    if (ahead == 0) {
        return ring_fault::none;
    }
    if (ahead > size_) {
        return ring_fault::index_jump;
    }
    full_barrier();
    out.head = load16(driver_ + HEAD_BYTES + 2 * (seen_ & (size_ - 1)));
    out.readable_bytes = out.writable_bytes = 0;
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
