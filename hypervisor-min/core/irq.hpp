// SPDX-License-Identifier: BSD-2-Clause
// Virtual interrupt sources of one vCPU: counting bytes in the shared page, with a
// private hint of which to look at. Delivery is the arch's (arch/*/inject).
#pragma once

#include "core/machine.hpp"

namespace paravane::irq {

inline uint8_t read_byte(const uint8_t& byte) {
    return *static_cast<const volatile uint8_t*>(&byte);
}

/// The byte of an even source below that of the next.
inline uint32_t read_pair(const uint8_t& first) {
    using pair [[gnu::may_alias]] = uint16_t;
    return *reinterpret_cast<const volatile pair*>(&first);
}

/// Makes `source` (below IRQ_SOURCE_COUNT) pending and wakes an idle vCPU. Raising a
/// pending source changes nothing.
inline void raise(vcpu& cpu, uint32_t source) {
    abi::vcpu_page& page = *cpu.page;
    if (page.irq_raised[source] == read_byte(page.irq_claimed[source])) {
        page.irq_raised[source] = static_cast<uint8_t>(page.irq_raised[source] + 1);
    }
    cpu.raised |= 1u << source / 2;
    if (read_byte(page.irq_source_mask[source]) == 0) {
        page.irq_pending = 1;
        arch::request_attention(cpu.arch);
        if (cpu.run == run_state::idle) {
            cpu.run = run_state::woken;
            machine::request_reschedule();
        }
    }
}

/// Looks again at what was raised and stores irq_pending; true when a source is
/// pending that the guest does not mask at its source.
inline bool refresh(vcpu& cpu, abi::vcpu_page& page) {
    bool deliverable = false;
    for (uint32_t left = cpu.raised; left != 0; left &= left - 1) {
        const uint32_t first = 2 * static_cast<uint32_t>(__builtin_ctz(left));
        const uint32_t waits =
            read_pair(page.irq_raised[first]) ^ read_pair(page.irq_claimed[first]);
        if (waits == 0) {
            cpu.raised &= ~(left & -left);
        } else if (((waits & 0xff) != 0 && read_byte(page.irq_source_mask[first]) == 0) ||
                   (waits > 0xff && read_byte(page.irq_source_mask[first + 1]) == 0)) {
            deliverable = true;
        }
    }
    page.irq_pending = deliverable ? 1 : 0;
    return deliverable;
}

} // namespace paravane::irq
