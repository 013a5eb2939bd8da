// SPDX-License-Identifier: BSD-2-Clause
// Which vCPU is current: the world switch, the choice that leads to it, and what
// physical interrupts lead to. Private space only.
#pragma once

#include <stdint.h>

namespace paravane {
struct vcpu;
}

namespace paravane::arm {

/// Asks the scheduler and switches; waits when nothing is ready.
void reschedule();
/// Serves every physical interrupt that is pending.
void serve_interrupts();
/// From the current vCPU to `next`, with all that the hardware holds of them.
void switch_world(vcpu& next);
/// The first of that, alone at boot.
void make_current(vcpu& next);

/// Window entries (small pages) under which `cpu`'s block and page stand.
uint32_t block_entry(const vcpu& cpu);
uint32_t page_entry(const vcpu& cpu);

} // namespace paravane::arm
