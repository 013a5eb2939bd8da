// SPDX-License-Identifier: BSD-2-Clause
// The network device (virtio 1.2, 5.1) and the learning switch between VMs: a frame
// is copied once, from the sender's memory into the receiver's.
#pragma once

#include "backend/device.hpp"

namespace paravane::backend {

class net_switch;

/// A frame on its way: the readable bytes of a chain from `offset` on.
struct net_frame {
    const chain& from;
    uint32_t offset;
    uint32_t bytes;
};

/// One end of a cable to the switch: a VM's device, or the uplink.
class net_port {
public:
    virtual void deliver(const net_frame& frame) = 0;

    const uint8_t* own = nullptr; ///< The address that is this port's alone, if one is.

protected:
    ~net_port() = default;
};

/// Learns where addresses are; floods what it does not know. A port's own address is known
/// from the start and never forgotten, and frames in another's name go nowhere: no VM can
/// draw another's frames to itself.
class net_switch {
public:
    static constexpr uint32_t MAX_PORTS = 8;
    static constexpr uint32_t MAX_LEARNT = 32;

    /// False when all ports are in use.
    bool plug(net_port& port);
    void unplug(net_port& port);
    void forward(net_port& from, const net_frame& frame);

private:
    struct learnt {
        uint8_t address[6];
        net_port* port;
    };

    net_port* owner(const uint8_t* address) const;
    net_port* find(const uint8_t* address) const;
    void learn(const uint8_t* address, net_port& port);

    net_port* ports_[MAX_PORTS]{};
    learnt table_[MAX_LEARNT]{};
    uint32_t next_{};
};

class net final : public device, public net_port {
public:
    net(const guest_memory& memory, const device_log& log, net_switch& hub, const uint8_t* address);

    void deliver(const net_frame& frame) override;

    uint32_t dropped() const { return dropped_; } ///< Frames the VM had no buffer for.

private:
    void serve(uint32_t queue) override;

    net_switch& switch_;
    uint32_t dropped_{};
};

} // namespace paravane::backend
