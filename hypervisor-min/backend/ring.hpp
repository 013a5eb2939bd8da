// SPDX-License-Identifier: BSD-2-Clause
// The device's side of one split virtqueue (virtio 1.2, 2.7). Everything in guest
// memory is hostile: each index and descriptor is loaded once, then checked, then
// used. Between device.cpp above and guest_memory.hpp below.
#pragma once

#include "backend/chain.hpp"
#include "pvn_wire.h"

namespace paravane::backend {

enum class ring_fault : uint8_t {
    none,
    index_jump, ///< The available index runs ahead by more than the ring's size.
    bad_index,  ///< A head or next number names no descriptor.
    loop,       ///< A chain longer than its table.
    too_many,   ///< More segments than chain::MAX_SEGMENTS, or 4 GiB in one chain.
    outside,    ///< A descriptor is not wholly in the VM's RAM.
    empty,      ///< A descriptor of no bytes.
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

    /// Takes over a driver's ring; `memory` outlives the ring. False when its place or
    /// its size breaks the standard, or is not the VM's RAM.
    [[nodiscard]] bool start(const guest_memory& memory, const layout& where, bool indirect,
                             bool events);
    void stop() { size_ = 0; }
    bool running() const { return size_ != 0; }

    /// Whether there is a chain that take() has not seen.
    bool offered() const { return PVN_LOAD16(driver_ + INDEX_AT) != seen_; }

    /// The next chain offered; its count is 0 when there is none, or a fault.
    [[nodiscard]] ring_fault take(chain& out);

    /// Puts the chain just taken back, to be taken again later.
    void untake() { --seen_; }

    /// Returns a chain with the number of bytes written into it.
    void give(uint16_t head, uint32_t written);

    /// Asks to be kicked for the next chain; true when one is there already.
    bool listen();

    /// Whether the driver wants an interrupt for what was given since the last call.
    bool interrupt_wanted();

private:
    static constexpr uint32_t INDEX_AT = 2; ///< Offset of the index in both rings.

    ring_fault walk(chain& out, uint32_t at) const;
    ring_fault find_table(uint64_t address, uint32_t bytes, uint32_t flags, const uint8_t*& table,
                          uint32_t& entries) const;
    bool covers_ring(const uint8_t* memory, uint32_t bytes) const;

    const guest_memory* memory_{};
    uint32_t size_{};
    uint8_t* descriptors_{};
    uint8_t* driver_{};
    uint8_t* device_{};
    uint8_t* first_{};     ///< Where the three of them begin,
    uint32_t span_{};      ///< and how far they reach.
    uint16_t seen_{};      ///< Our index of the available ring.
    uint16_t given_{};     ///< Our index of the used ring.
    uint16_t signalled_{}; ///< The same at the last interrupt decision.
    bool indirect_{};
    bool events_{};
};

} // namespace paravane::backend
