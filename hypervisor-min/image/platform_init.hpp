// SPDX-License-Identifier: BSD-2-Clause
// What only boot asks of the platform.
#pragma once

namespace paravane::platform {

/// UART, interrupt controller with everything off, clock.
void init();
/// Lets the alarm and the UART interrupt.
void start_interrupts();

} // namespace paravane::platform
