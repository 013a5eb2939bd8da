// SPDX-License-Identifier: BSD-2-Clause
// Framing for core/console.hpp.
#include "core/console.hpp"

namespace paravane::console {

void write(uint8_t stream, const uint8_t* data, uint32_t size) {
    encode(stream, data, size, [](uint8_t byte) { put(byte); });
}

void event(control kind, uint8_t vm, const uint8_t* rest, uint32_t size) {
    uint8_t payload[10] = {static_cast<uint8_t>(kind), vm};
    uint32_t length = 2;
    for (uint32_t i = 0; i < size && length < sizeof payload; ++i) {
        payload[length++] = rest[i];
    }
    write(STREAM_CONTROL, payload, length);
}

} // namespace paravane::console
