// SPDX-License-Identifier: BSD-2-Clause
// Records of what the machine does with its VMs, for pvrun --trace: kept in a small
// buffer and sent over the console when that is full. Nothing happens unless the boot
// arguments ask for it; who records looks at that first.
#pragma once

#include "lib/console_frame.hpp"

#include <stdint.h>

namespace paravane {

class trace_buffer {
public:
    void add(uint8_t vm, console::trace_kind kind, uint32_t argument);
    /// Sends what is there.
    void flush();

private:
    static constexpr uint32_t RECORDS = console::FRAME_PAYLOAD_MAX / console::TRACE_RECORD_BYTES;

    uint8_t bytes_[RECORDS * console::TRACE_RECORD_BYTES]{};
    uint32_t used_{0};
};

} // namespace paravane
