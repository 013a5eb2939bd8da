// SPDX-License-Identifier: BSD-2-Clause
// See entropy.hpp.
#include "backend/entropy.hpp"

namespace paravane::backend {

void entropy::serve(uint32_t queue) {
    uint8_t bytes[MOST];
    chain request;
    for (uint32_t left = AT_ONCE; take(queue, request);) {
        const uint32_t room = request.writable_bytes < MOST ? request.writable_bytes : MOST;
        if (room == 0) {
            break_down("request without room for an answer");
            return;
        }
        const uint32_t filled = source_.fill(source_.context, bytes, room);
        if (filled == 0) {
            untake(queue, request);
            break;
        }
        give(queue, request.head, request.copy_out(0, bytes, filled));
        if (--left == 0) {
            fall_behind();
            break;
        }
    }
    signal(queue);
}

} // namespace paravane::backend
