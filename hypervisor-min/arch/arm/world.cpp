// SPDX-License-Identifier: BSD-2-Clause
// World switches; see world.hpp. trap.cpp comes before it.
#include "arch/arm/world.hpp"

#include "arch/arm/deliver.hpp"
#include "arch/arm/fp.hpp"
#include "arch/arm/vm_memory.hpp"
#include "core/machine.hpp"
#include "core/platform.hpp"
#include "lib/marks.hpp"

namespace paravane::arm {

constinit per_core this_core{};

namespace {

constexpr uint32_t BLOCK_ENTRY = 14;
constexpr uint32_t PAGE_ENTRY = 15;
/// Small page, privileged data, not global: each VM has its own there.
constexpr uint32_t PRIVATE_PAGE = 0x85f;

void forget_entry(uint32_t at) {
    cpu::write_tlbimva(at | HOST_ASID);
}

} // namespace

uint32_t block_entry(const vcpu& cpu) {
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(&cpu)) | PRIVATE_PAGE;
}
uint32_t page_entry(const vcpu& cpu) {
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(cpu.page)) | PRIVATE_PAGE;
}

/// The window shows its block and page from now on.
void make_current(vcpu& next) {
    this_core.current = &next;
    this_core.window[BLOCK_ENTRY] = block_entry(next);
    this_core.window[PAGE_ENTRY] = page_entry(next);
    cpu::dsb();
    forget_entry(PV_BLOCK);
    forget_entry(PV_PAGE);
}

void switch_world(vcpu& next) {
    // An asynchronous abort must be taken while the one who caused it is current.
    cpu::dsb();
    current_state().cp15.tpidrurw = cpu::read_tpidrurw();
    make_current(next);
    cpu::write_bpiall(0);
    cpu::dsb();
    cpu::isb();
    cpu::clrex();
    cpu::write_tpidrurw(next.arch.cp15.tpidrurw);
    if (parts::FLOATING_POINT && this_core.fp_owner != nullptr) { // else the unit is off
        fp::access_changed();
    }
    const abi::vcpu_page& page = current_page();
    cpu::write_tpidruro(in_user_mode() ? page.thread_user : page.thread_kernel);
    ++next.owner->counters.switches;
    request_attention(next.arch);
}

PVN_RARE void record(console::trace_kind kind, uint32_t argument) {
    const private_space scope;
    record_here(kind, argument);
}

PVN_RARE void record_here(console::trace_kind kind, uint32_t argument) {
    this_core.whole->trace.add(current().owner->config->id, kind, argument);
}

namespace {

constinit const vcpu* traced_vcpu = nullptr; ///< whose span is open

/// The span of who ran ends and `next`'s begins; null: nobody's.
PVN_RARE void trace_switch(const vcpu* next) {
    if (next == traced_vcpu) {
        return;
    }
    trace_buffer& out = this_core.whole->trace;
    if (traced_vcpu != nullptr) {
        const auto left = static_cast<uint32_t>(traced_vcpu->run);
        out.add(traced_vcpu->owner->config->id, console::trace_kind::exit, left);
    }
    traced_vcpu = next;
    if (next != nullptr) {
        const bool kernel = next->arch.mode != MODE_USR;
        out.add(next->owner->config->id, console::trace_kind::enter, kernel ? 1 : 0);
    } else {
        record_here(console::trace_kind::idle, 0);
    }
}

/// Nobody wants to run.
[[gnu::noinline]] void rest(uint64_t until) {
    platform::set_alarm(until, true);
    if (this_core.is_traced()) [[unlikely]] {
        trace_switch(nullptr);
    }
    cpu::dsb();
    cpu::wfi();
    serve_interrupts();
}

} // namespace

void reschedule() {
    hypervisor& whole = *this_core.whole;
    for (;;) {
        uint64_t ticks = 0;
        const uint64_t now = machine::now(ticks);
        vcpu* const next = whole.sched.pick(now, whole.expire_timers(now));
        if (next == nullptr) [[unlikely]] {
            rest(whole.sched.next_event());
            continue;
        }
        platform::set_alarm(whole.sched.next_event(), false);
        if (this_core.is_traced()) [[unlikely]] {
            trace_switch(next);
        }
        if (next != this_core.current) {
            switch_world(*next);
        }
        whole.publish_time(*next, now, ticks);
        this_core.reschedule = false; // what was raised on the way has been seen
        return;
    }
}

/// A few at most: what comes without end leaves the rest a turn between two rounds.
void serve_interrupts() {
    for (uint32_t i = 0; i < 8; ++i) {
        const uint32_t interrupt = platform::acknowledge();
        if (interrupt >= platform::NO_INTERRUPT) {
            return;
        }
        trace_here(console::trace_kind::interrupt, interrupt);
        platform::serve(interrupt);
        platform::end(interrupt);
    }
}

} // namespace paravane::arm
