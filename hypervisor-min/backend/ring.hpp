// SPDX-License-Identifier: BSD-2-Clause
// The device's side of one split virtqueue (virtio 1.2, 2.7). Everything in guest
// memory is hostile: each index and descriptor is loaded once, then checked, then
// used. Between device.cpp above and guest_memory.hpp below.
#pragma once

#include "backend/chain.hpp"
#include "lib/result.hpp"

namespace paravane::backend {

enum class ring_fault : uint8_t {
    misaligned, ///< A ring's address or its size breaks the standard.
    outside,    ///< A ring or a descriptor is not wholly in the VM's RAM.
    index_jump, ///< The available index runs ahead by more than the ring's size.
    bad_index,  ///< A head or next number names no descriptor.
    loop,       ///< A chain longer than its table.
    too_many,   ///< More segments than chain::MAX_SEGMENTS.
    too_long,   ///< 4 GiB or more in one chain.
    empty,      ///< A descriptor of no bytes, or a chain of no descriptors.
    order,      ///< A readable descriptor after a writable one.
    indirect,   ///< Indirect where it was not agreed, is nested, chained or odd-sized.
    on_ring,    ///< A writable descriptor that covers the ring itself.
};

/// For the log; a literal.
const char* describe(ring_fault fault);

class ring {
public:
    static constexpr uint32_t MAX_SIZE = 256;

    struct layout {
        uint32_t size;
        uint64_t descriptors;
        uint64_t driver; ///< The available ring.
        uint64_t device; ///< The used ring.
    };

    /// Takes over a driver's ring; `memory` outlives the ring.
    Result<void, ring_fault> start(const guest_memory& memory, const layout& where, bool indirect,
                                   bool events);
    void stop() { size_ = 0; }
    bool running() const { return size_ != 0; }

    /// The next chain offered; false when there is none.
    Result<bool, ring_fault> take(chain& out);

    /// Puts the chain just taken back, to be taken again later.
    void untake() { --seen_; }

    /// Returns a chain with the number of bytes written into it.
    Result<void, ring_fault> give(uint16_t head, uint32_t written);

    /// Asks to be kicked for the next chain; true when one is there already.
    bool listen();

    /// Whether the driver wants an interrupt for what was given since the last call.
    bool interrupt_wanted();

private:
    struct descriptor {
        uint64_t address;
        uint32_t bytes;
        uint16_t flags;
        uint16_t next;
    };

    bool map();
    bool mapped() { return *memory_->generation == mapped_at_ || map(); }
    Result<void, ring_fault> walk(chain& out, const uint8_t* table, uint32_t entries,
                                  uint32_t first, bool inside_indirect);
    Result<void, ring_fault> follow(chain& out, const descriptor& entry);
    Result<void, ring_fault> append(chain& out, const descriptor& entry);
    bool covers_ring(const descriptor& entry) const;

    const guest_memory* memory_{};
    layout where_{};
    uint32_t size_{};
    uint32_t mapped_at_{};
    const uint8_t* descriptors_{};
    uint8_t* driver_{};
    uint8_t* device_{};
    uint16_t seen_{};      ///< Our index of the available ring.
    uint16_t given_{};     ///< Our index of the used ring.
    uint16_t signalled_{}; ///< The same at the last interrupt decision.
    bool indirect_{};
    bool events_{};
};

} // namespace paravane::backend
