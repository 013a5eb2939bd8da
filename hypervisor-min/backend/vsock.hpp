// SPDX-License-Identifier: BSD-2-Clause
// The socket device (virtio 1.2, 5.10) and the exchange that carries packets from
// one VM's transmit queue into another's receive queue. It keeps no connections:
// states and credit are the guests' own business.
#pragma once

#include "backend/device.hpp"

namespace paravane::backend {

class vsock;

class vsock_exchange {
public:
    static constexpr uint32_t MAX_MEMBERS = 8;

    /// False when the number is taken or reserved (0…2), or the exchange is full.
    bool join(vsock& member);
    void leave(vsock& member);
    vsock* find(uint32_t cid) const;

    /// Somebody has room again: whoever waits for `cid` may go on.
    void room_at(uint32_t cid);

    /// The time, told by who waits.
    void pass_time(uint32_t now_ms);

private:
    vsock* members_[MAX_MEMBERS]{};
};

class vsock final : public device {
public:
    vsock(const guest_memory& memory, const device_log& log, vsock_exchange& exchange,
          uint32_t cid);

    uint32_t cid() const { return cid_; }

    /// The number of the VM whose full queue holds our packets up, else 0.
    uint32_t waits_for() const { return waits_for_; }

    /// How long others wait for a VM that takes no packets, and what of it comes back in
    /// as much time. Who has used it up is waited for no longer: a packet is answered by a
    /// reset, so that one VM that does not read cannot hold another's connections.
    static constexpr uint32_t PATIENCE_MS = 2000, REGAINED_MS = 250;
    bool waiting() const override { return device::waiting() || waits_for_ != 0; }
    void tick(uint32_t now_ms) override;

    /// The target of waiting packets changed: tries again.
    void resume();

    void regain_patience(uint32_t now_ms);

private:
    /// Of one packet, which is copied in one go: a batch (device.hpp). Linux sends 64 KiB.
    static constexpr uint32_t MOST_BYTES = 128 * 1024;

    enum class outcome : uint8_t { delivered, refused, full };
    /// A header's first words.
    struct route {
        uint32_t source, source_high, target, target_high;
    };

    void serve(uint32_t queue) override;
    void stopped() override;
    bool handle(const chain& packet);
    outcome accept(const route& way, const pvn_vsock_header& header, const chain& packet,
                   uint32_t& passed);
    void refuse(const pvn_vsock_header& header, const route& way);

    vsock_exchange& exchange_;
    uint32_t cid_;
    uint32_t waits_for_{};
    uint32_t passed_{};              ///< Bytes of the oldest packet that its receiver has already.
    uint32_t waits_since_{};         ///< In ticks' milliseconds; 0 before the first.
    uint32_t patience_{PATIENCE_MS}; ///< That others have left with us.
    uint32_t regained_{};            ///< When some of it came back.
};

} // namespace paravane::backend
