// SPDX-License-Identifier: BSD-2-Clause
// The switch's way out: a port on a physical virtio-net card, driven by the
// project's own network front end. Beside net.hpp.
#pragma once

#include "backend/net.hpp"
#include "pvn_net.h"

namespace paravane::backend {

class uplink final : public net_port {
public:
    static constexpr uint32_t FRAMES = 8;
    static constexpr uint32_t FRAME_BYTES = 1536;

    /// `memory` (FRAMES * FRAME_BYTES) is reachable by the card; frames are copied
    /// there, so that a VM can end while the card still sends. At boot only.
    uplink(pvn_net& card, net_switch& hub, uint8_t* memory);

    void deliver(const net_frame& frame) override;

    /// The card's interrupt. False after a full round, which may have left frames for
    /// which no interrupt was asked: it is to be repeated.
    static bool serve(pvn_net& card);

private:
    struct slot {
        pvn_net_frame frame;
        pvn_segment segment;
        bool used;
    };

    static void receive(void* context, const void* frame, uint32_t bytes);

    pvn_net& card_;
    net_switch& switch_;
    slot slots_[FRAMES];
};

} // namespace paravane::backend
