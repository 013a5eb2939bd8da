// SPDX-License-Identifier: BSD-2-Clause
// What core/ asks of the machine below it. arch/<arch> and image/ implement it;
// arch/fake does so for the host tests. Everything here runs in the private space.
#pragma once

#include "core/vm.hpp"
#include "lib/address.hpp"
#include "paravane/abi.hpp"

#include <stdint.h>

namespace paravane::machine {

/// Nanoseconds since the hypervisor started, by the counter's value in `ticks`.
uint64_t now(uint64_t& ticks);
inline uint64_t now() {
    uint64_t ticks;
    return now(ticks);
}
/// The counter behind CNTVCT and its frequency.
uint64_t ticks();
uint32_t counter_hz();
uint32_t board_id();

/// Where RAM of the machine can be touched.
uint8_t* at(pa where);

/// The vCPU as a guest finds it at its start, and an empty shadow.
void reset(vm& machine);
/// The registers and a backtrace, to the log.
void describe(vm& machine);
/// The current vCPU does not return to its guest before the scheduler was asked.
void request_reschedule();

/// Level-triggered source of a passed-through device: it may interrupt again.
void end_interrupt(vm& machine, uint32_t source);

/// Finishes what the board's devices have done, without waiting for their interrupts.
void poll_devices();

/// The calls that are about address spaces; addresses and ranges are unchecked.
abi::status setup_page(vm& machine, gva page, uint32_t claims_all);
abi::status space_switch(vm& machine, uint32_t root, uint32_t context);
abi::status tlb_flush(vm& machine, gva at, uint32_t pages, uint32_t asid, abi::flush_scope scope,
                      abi::flush_reason reason);
abi::status pt_update(vm& machine, uint32_t count, abi::pt_op op);
void set_page_format(vm& machine, gpa table);
abi::status cache_range(vm& machine, gva at, uint32_t length, abi::cache_op op);
/// Continues at the return words of the page. Null, or why the VM must die.
const char* upcall_return(vm& machine);

/// What the arch counts by itself.
struct arch_counters {
    uint32_t services;
    uint32_t instructions;
    uint32_t undefined;
    uint32_t reflected;
    uint32_t upcalls;
    uint32_t fills;
    uint32_t quick_faults; ///< faults that the VM's own counter does not know of
};
arch_counters counters(const vm& machine);

/// Powers the machine off; `failed` when some VM did not end well.
[[noreturn]] void power_off(bool failed);
/// Runs nothing any more.
[[noreturn]] void stop();

} // namespace paravane::machine
