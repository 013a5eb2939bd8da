// SPDX-License-Identifier: BSD-2-Clause
// Virtual interrupt sources of one vCPU: counting bytes in the shared page, with a
// private hint of which to look at. Delivery is the arch's (arch/*/inject).
#pragma once

#include "core/vcpu.hpp"

namespace paravane::irq {

inline uint8_t read_byte(const uint8_t& byte) {
    return *static_cast<const volatile uint8_t*>(&byte);
}

/// Makes `source` (below IRQ_SOURCE_COUNT) pending and wakes an idle vCPU. Raising a
/// pending source changes nothing.
inline void raise(vcpu& cpu, uint32_t source) {
    abi::vcpu_page& page = *cpu.page;
    if (page.irq_raised[source] == read_byte(page.irq_claimed[source])) {
        page.irq_raised[source] = static_cast<uint8_t>(page.irq_raised[source] + 1);
    }
    cpu.raised |= 1ull << source;
    if (read_byte(page.irq_source_mask[source]) == 0) {
        page.irq_pending = 1;
        arch::request_attention(cpu.arch);
        if (cpu.run == run_state::idle) {
            cpu.run = run_state::woken;
        }
    }
}

/// Looks again at what was raised and stores irq_pending; true when a source is
/// pending that the guest does not mask at its source.
inline bool refresh(vcpu& cpu, abi::vcpu_page& page) {
    bool deliverable = false;
    for (uint64_t left = cpu.raised; left != 0; left &= left - 1) {
        const uint32_t source = static_cast<uint32_t>(__builtin_ctzll(left));
        if (page.irq_raised[source] == read_byte(page.irq_claimed[source])) {
            cpu.raised &= ~(1ull << source);
        } else if (read_byte(page.irq_source_mask[source]) == 0) {
            deliverable = true;
        }
    }
    page.irq_pending = deliverable ? 1 : 0;
    return deliverable;
}

} // namespace paravane::irq
