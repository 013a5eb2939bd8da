// SPDX-License-Identifier: BSD-2-Clause
// See ring.hpp.
#include "backend/ring.hpp"

#include "pvn_wire.h"

namespace paravane::backend {

namespace {

constexpr uint32_t DESCRIPTOR_BYTES = sizeof(pvn_desc);
constexpr uint32_t USED_BYTES = sizeof(pvn_used_element);
constexpr uint32_t HEAD_BYTES = sizeof(pvn_ring_head);
constexpr uint32_t INDEX_AT = 2; // offset of the index in both rings

uint16_t load16(const uint8_t* place) {
    return PVN_LOAD16(place);
}

uint32_t load32(const uint8_t* place) {
    return PVN_LOAD32(place);
}

void full_barrier() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

bool overlap(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes) {
    return a < b + b_bytes && b < a + a_bytes;
}

} // namespace

const char* describe(ring_fault fault) {
    switch (fault) {
    case ring_fault::misaligned:
        return "ring misaligned or of a wrong size";
    case ring_fault::outside:
        return "ring or descriptor outside the VM's memory";
    case ring_fault::index_jump:
        return "available index runs ahead";
    case ring_fault::bad_index:
        return "descriptor number out of range";
    case ring_fault::loop:
        return "descriptor chain loops";
    case ring_fault::too_many:
        return "descriptor chain too long";
    case ring_fault::too_long:
        return "chain of 4 GiB or more";
    case ring_fault::empty:
        return "empty descriptor";
    case ring_fault::order:
        return "readable descriptor after a writable one";
    case ring_fault::indirect:
        return "forbidden indirect descriptor";
    case ring_fault::on_ring:
        return "writable descriptor covers the ring";
    }
    return "unknown";
}

Result<void, ring_fault> ring::start(const guest_memory& memory, const layout& where, bool indirect,
                                     bool events) {
    const uint32_t size = where.size;
    if (size == 0 || size > MAX_SIZE || (size & (size - 1)) != 0 || where.descriptors % 16 != 0 ||
        where.driver % 2 != 0 || where.device % 4 != 0) {
        return unexpected{ring_fault::misaligned};
    }
    memory_ = &memory;
    where_ = where;
    if (!map()) {
        return unexpected{ring_fault::outside};
    }
    size_ = size;
    seen_ = given_ = signalled_ = 0;
    indirect_ = indirect;
    events_ = events;
    return {};
}

bool ring::map() {
    mapped_at_ = *memory_->generation;
    descriptors_ = memory_->at(where_.descriptors, DESCRIPTOR_BYTES * where_.size);
    driver_ = memory_->at(where_.driver, PVN_AVAIL_BYTES(where_.size));
    device_ = memory_->at(where_.device, PVN_USED_BYTES(where_.size));
    const bool whole = descriptors_ != nullptr && driver_ != nullptr && device_ != nullptr;
    if (!whole) {
        mapped_at_--; // so that every use asks again
    }
    return whole;
}

Result<bool, ring_fault> ring::take(chain& out) {
    if (!mapped()) {
        return unexpected{ring_fault::outside};
    }
    const uint16_t ahead = load16(driver_ + INDEX_AT) - seen_;
    if (ahead == 0) {
        return false;
    }
    if (ahead > size_) {
        return unexpected{ring_fault::index_jump};
    }
    full_barrier();
    out.head = load16(driver_ + HEAD_BYTES + 2 * (seen_ & (size_ - 1)));
    out.readable_count = out.count = 0;
    out.readable_bytes = out.writable_bytes = 0;
    const auto walked = walk(out, descriptors_, size_, out.head, false);
    if (!walked) {
        return unexpected{walked.error()};
    }
    ++seen_;
    return true;
}

Result<void, ring_fault> ring::walk(chain& out, const uint8_t* table, uint32_t entries,
                                    uint32_t first, bool inside_indirect) {
    uint32_t at = first;
    for (uint32_t steps = 0; steps < entries; ++steps) {
        if (at >= entries) {
            return unexpected{ring_fault::bad_index};
        }
        const uint8_t* place = table + DESCRIPTOR_BYTES * at;
        const uint32_t tail = load32(place + 12);
        const descriptor entry = {load32(place) | static_cast<uint64_t>(load32(place + 4)) << 32,
                                  load32(place + 8), static_cast<uint16_t>(tail),
                                  static_cast<uint16_t>(tail >> 16)};
        if ((entry.flags & PVN_DESC_INDIRECT) != 0) {
            if (inside_indirect || (entry.flags & PVN_DESC_NEXT) != 0) {
                return unexpected{ring_fault::indirect};
            }
            return follow(out, entry);
        }
        const auto appended = append(out, entry);
        if (!appended) {
            return appended;
        }
        if ((entry.flags & PVN_DESC_NEXT) == 0) {
            return {};
        }
        at = entry.next;
    }
    return unexpected{ring_fault::loop};
}

Result<void, ring_fault> ring::follow(chain& out, const descriptor& entry) {
    const uint32_t entries = entry.bytes / DESCRIPTOR_BYTES;
    if (!indirect_ || entry.bytes % DESCRIPTOR_BYTES != 0 || entries == 0 ||
        entries > PVN_QUEUE_LARGEST) {
        return unexpected{ring_fault::indirect};
    }
    const uint8_t* table = memory_->at(entry.address, entry.bytes);
    if (table == nullptr) {
        return unexpected{ring_fault::outside};
    }
    // Guests may put a table at any byte; loads need a word's alignment.
    if (entry.address % 4 != 0) {
        return unexpected{ring_fault::indirect};
    }
    return walk(out, table, entries, 0, true);
}

bool ring::covers_ring(const descriptor& entry) const {
    return overlap(entry.address, entry.bytes, where_.descriptors, DESCRIPTOR_BYTES * size_) ||
           overlap(entry.address, entry.bytes, where_.driver, PVN_AVAIL_BYTES(size_)) ||
           overlap(entry.address, entry.bytes, where_.device, PVN_USED_BYTES(size_));
}

Result<void, ring_fault> ring::append(chain& out, const descriptor& entry) {
    if (out.count == chain::MAX_SEGMENTS) {
        return unexpected{ring_fault::too_many};
    }
    if (entry.bytes == 0) {
        return unexpected{ring_fault::empty};
    }
    uint8_t* memory = memory_->at(entry.address, entry.bytes);
    if (memory == nullptr) {
        return unexpected{ring_fault::outside};
    }
    const bool writable = (entry.flags & PVN_DESC_WRITE) != 0;
    if (!writable && out.readable_count != out.count) {
        return unexpected{ring_fault::order};
    }
    if (writable && covers_ring(entry)) {
        return unexpected{ring_fault::on_ring};
    }
    uint32_t& total = writable ? out.writable_bytes : out.readable_bytes;
    if (total + entry.bytes < total) {
        return unexpected{ring_fault::too_long};
    }
    total += entry.bytes;
    out.segments[out.count++] = {memory, entry.bytes};
    out.readable_count += writable ? 0 : 1;
    return {};
}

Result<void, ring_fault> ring::give(uint16_t head, uint32_t written) {
    if (!mapped()) {
        return unexpected{ring_fault::outside};
    }
    uint8_t* element = device_ + HEAD_BYTES + USED_BYTES * (given_ & (size_ - 1));
    PVN_STORE32(element, head);
    PVN_STORE32(element + 4, written);
    full_barrier();
    ++given_;
    PVN_STORE16(device_ + INDEX_AT, given_);
    return {};
}

bool ring::listen() {
    if (!mapped()) {
        return false;
    }
    if (events_) {
        PVN_STORE16(device_ + HEAD_BYTES + USED_BYTES * size_, seen_);
        full_barrier();
    }
    return load16(driver_ + INDEX_AT) != seen_;
}

bool ring::interrupt_wanted() {
    if (given_ == signalled_ || !mapped()) {
        return false;
    }
    const uint16_t before = signalled_;
    signalled_ = given_;
    full_barrier();
    if (events_) {
        const uint16_t event = load16(driver_ + HEAD_BYTES + 2 * size_);
        return PVN_EVENT_PASSED(event, given_, before);
    }
    return (load16(driver_) & PVN_AVAIL_NO_INTERRUPT) == 0;
}

} // namespace paravane::backend
