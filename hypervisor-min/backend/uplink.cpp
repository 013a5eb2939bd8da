// SPDX-License-Identifier: BSD-2-Clause
// See uplink.hpp.
#include "backend/uplink.hpp"

#include "lib/marks.hpp"

namespace paravane::backend {

PVN_BOOT_ONLY uplink::uplink(pvn_net& card, net_switch& hub, uint8_t* memory)
    : card_{card}, switch_{hub} {
    card.receive = receive;
    card.context = this;
    for (uint32_t i = 0; i < FRAMES; ++i) {
        slot& one = slots_[i];
        one.segment = {memory + i * FRAME_BYTES, 0};
        one.frame = {&one.segment, 1,
                     [](pvn_net_frame* frame) { static_cast<slot*>(frame->context)->used = false; },
                     &one};
        one.used = false;
    }
}

void uplink::deliver(const net_frame& frame) {
    for (slot& one : slots_) {
        if (one.used) {
            continue;
        }
        one.segment.bytes = frame.from.copy_in(frame.offset, one.segment.memory, frame.bytes);
        one.used = pvn_net_send(&card_, &one.frame) == PVN_OK;
        pvn_net_kick(&card_);
        return;
    }
}

bool uplink::serve(pvn_net& card) {
    pvn_net_interrupt(&card);
    return pvn_net_poll(&card) < PVN_NET_BUFFERS;
}

void uplink::receive(void* context, const void* frame, uint32_t bytes) {
    auto& self = *static_cast<uplink*>(context);
    chain whole;
    whole.readable_count = whole.count = 1;
    whole.readable_bytes = bytes;
    // The switch only reads it.
    whole.segments[0] = {static_cast<uint8_t*>(const_cast<void*>(frame)), bytes};
    if (bytes >= 14) {
        self.switch_.forward(self, {whole, 0, bytes});
    }
}

} // namespace paravane::backend
