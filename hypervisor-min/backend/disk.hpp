// SPDX-License-Identifier: BSD-2-Clause
// A VM's block device on a physical virtio-mmio disk. A request is checked, its memory
// translated, and then the disk's: data and status byte go straight between the disk and
// the VM. Only the header is ours, so that no guest changes it behind the check.
#pragma once

#include "backend/block.hpp"
#include "pvn_mmio.h"

namespace paravane::backend {

class disk;

/// A disk of the board as physical_boot.cpp started it. Its ring's descriptors are shared
/// out for good, a power of two of them to each request; every one of them names the next.
struct drive {
    static constexpr uint32_t MAX_REQUESTS = 8;
    static constexpr uint32_t LEAST_CHAIN = 4; ///< Header, two pieces, status.

    pvn_mmio registers;
    pvn_queue queue;
    pvn_block_header* headers; ///< Of each request; its first descriptor.
    uint64_t sectors;
    uint32_t segment_bytes; ///< Of the largest piece that the disk takes.
    uint32_t segments;      ///< The most of them in a request.
    uint8_t chain_shift;    ///< Of the descriptors of a request, as a power of two.
    uint8_t requests;       ///< How many there are.
    bool read_only;
    bool can_flush;
    uint32_t interrupt;
    disk* owner; ///< Null where no VM has it.

    /// Tells the disk of what was offered, if it wants to be told.
    void ring();
    /// Its interrupt.
    void serve();
    inline void poll();
};

/// Agrees with the disk behind `next.registers`, whose system gives the ring's memory; false
/// when it declines. At boot only: physical_boot.cpp.
bool start_drive(drive& next);

class disk final : public block_device {
public:
    disk(const guest_memory& memory, const device_log& log, drive& on, bool read_only);

    /// Finishes what the drive has done. One that breaks the standard is stopped: its
    /// requests fail, and all later ones.
    void poll();

    bool quiet() const override { return free_ == all(); }

private:
    void serve(uint32_t queue) override;
    void stopped() override { stale_ = all() & ~free_; }

    uint32_t all() const { return (1u << drive_.requests) - 1; }
    pvn_desc* chain_of(uint32_t request) const {
        return drive_.queue.descriptors + (request << drive_.chain_shift);
    }
    bool forward(uint32_t request);
    bool describe(uint32_t request, uint32_t type);
    bool finish_one();
    void finish(uint32_t request, uint32_t written);
    void stop_drive();

    drive& drive_;
    uint32_t free_;    ///< A bit each: requests that the drive does not have.
    uint32_t stale_{}; ///< Those of a guest that was reset: nobody waits for the answer.
    bool full_{};      ///< Chains may be left for which no request was free.
    struct {
        uint8_t* status;
        uint32_t writable; ///< Bytes.
        uint16_t head;
    } waits_[drive::MAX_REQUESTS];
    chain work_;
};

inline void drive::poll() {
    if (owner != nullptr) {
        owner->poll();
    }
}

} // namespace paravane::backend
