// SPDX-License-Identifier: BSD-2-Clause
// See console.hpp.
#include "backend/console.hpp"

namespace paravane::backend {

void console::serve(uint32_t queue) {
    chain out;
    if (queue != PVN_CONSOLE_TX) {
        return;
    }
    uint32_t room = CHUNK;
    while (room != 0 && take(PVN_CONSOLE_TX, out)) {
        uint8_t text[CHUNK];
        const uint32_t bytes = out.copy_in(printed_, text, room);
        sink_.write(sink_.context, text, bytes);
        room -= bytes;
        printed_ += bytes;
        // The allowance pays for what was printed, however long the whole is.
        if (printed_ < out.readable_bytes) {
            untake(PVN_CONSOLE_TX, out);
            limit.charge(bytes);
        } else {
            limit.refund(out.bytes() - bytes);
            printed_ = 0;
            give(PVN_CONSOLE_TX, out.head, 0);
        }
    }
    if (room == 0) {
        fall_behind();
    }
    signal(PVN_CONSOLE_TX);
}

uint32_t console::input(const uint8_t* bytes, uint32_t count) {
    uint32_t done = 0;
    chain in;
    while (done < count && take_buffer(PVN_CONSOLE_RX, in)) {
        const uint32_t part = in.copy_out(0, bytes + done, count - done);
        give(PVN_CONSOLE_RX, in.head, part);
        done += part;
    }
    signal(PVN_CONSOLE_RX);
    return done;
}

} // namespace paravane::backend
