// SPDX-License-Identifier: BSD-2-Clause
// See console.hpp.
#include "backend/console.hpp"

namespace paravane::backend {

void console::serve(uint32_t queue) {
    chain out;
    if (queue != PVN_CONSOLE_TX) {
        return;
    }
    while (take(PVN_CONSOLE_TX, out)) {
        for (uint32_t i = 0; i < out.readable_count; ++i) {
            sink_.write(sink_.context, out.segments[i].memory, out.segments[i].bytes);
        }
        give(PVN_CONSOLE_TX, out, 0);
    }
    signal(PVN_CONSOLE_TX);
}

uint32_t console::input(const uint8_t* bytes, uint32_t count) {
    uint32_t done = 0;
    chain in;
    while (done < count && take_buffer(PVN_CONSOLE_RX, in)) {
        const uint32_t part = in.copy_out(0, bytes + done, count - done);
        give(PVN_CONSOLE_RX, in, part);
        done += part;
    }
    signal(PVN_CONSOLE_RX);
    return done;
}

} // namespace paravane::backend
