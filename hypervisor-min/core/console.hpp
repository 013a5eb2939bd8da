// SPDX-License-Identifier: BSD-2-Clause
// The one UART as framed streams (lib/console_frame.hpp): the log, the VMs' consoles,
// control events. Output is polled, so callers bound its length. put() and get() are
// the image's.
#pragma once

#include "lib/console_frame.hpp"

#include <stdint.h>

namespace paravane::console {

/// The UART; image/platform.hpp implements them.
void put(uint8_t byte);
int32_t get(); ///< -1: nothing there

void write(uint8_t stream, const uint8_t* data, uint32_t size);

/// A control event about a VM, with up to 8 bytes more.
void event(control kind, uint8_t vm, const uint8_t* rest = nullptr, uint32_t size = 0);

} // namespace paravane::console
