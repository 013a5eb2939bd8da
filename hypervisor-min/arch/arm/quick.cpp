// SPDX-License-Identifier: BSD-2-Clause
// Aborts of the guest, its flushes of pages and its commonest service calls, the short way.
// None of these has a trap_frame: entry.S saves what they may change, and takes the long way
// when they did not do it. Compiled for speed; behind entry.S, before the shadow MMU.
#include "arch/arm/checked.hpp"
#include "arch/arm/deliver.hpp"
#include "arch/arm/guest.hpp"
#include "core/machine.hpp"

namespace paravane::arm {

extern "C" {
[[gnu::noinline]] uint32_t quick_fill_page(mmu::shadow_mmu<mmu_port>& shadow, gva at,
                                           mmu::access kind, mmu::privilege level);
uint32_t trap_flush(uint32_t va, uint32_t pages, uint32_t asid, uint32_t how);
uint32_t trap_update(uint32_t count, uint32_t op);
uint32_t trap_space_switch(uint32_t ttbr0, uint32_t contextidr);
void trap_time_read();
}

namespace {

constexpr uint32_t NOT_DONE = 1; ///< of a handler behind service_short

/// What service::serve() and trap_service() keep of each call.
[[gnu::noinline]] void note_service(vm& owner) {
    trace_here(console::trace_kind::service, owner.cpu->arch.frame.r[12]);
    ++owner.counters.service;
}

/// Reason and scope of a flush of pages, as the call packs them.
bool names_pages(uint32_t how) {
    constexpr uint32_t REASONS = static_cast<uint32_t>(mmu::flush_reason::identifier_reused) + 1;
    return (how & 0xff) == static_cast<uint32_t>(abi::flush_scope::range) && how >> 8 < REASONS;
}

} // namespace

/// quick_fill(), in the private space.
[[gnu::noinline]] uint32_t quick_fill_page(mmu::shadow_mmu<mmu_port>& shadow, gva at,
                                           mmu::access kind, mmu::privilege level) {
    return shadow.quick_fill(at, kind, level);
}

/// The service call space_switch, by way of service_short in entry.S as the two below.
uint32_t trap_space_switch(uint32_t ttbr0, uint32_t contextidr) {
    load_tables(current_state().host_context);
    vm& owner = *current().owner;
    note_service(owner);
    ++owner.counters.space_switches;
    const abi::status done = machine::space_switch(owner, ttbr0, contextidr);
    load_dacr();
    load_tables(current_state().guest_context);
    return static_cast<uint32_t>(done);
}

/// The service call time_read: the clock of guests whose core has no counter to read.
void trap_time_read() {
    vcpu_state& state = current_state();
    load_tables(state.host_context);
    note_service(*current().owner);
    const uint64_t now = machine::now();
    load_tables(state.guest_context);
    state.frame.r[0] = static_cast<uint32_t>(abi::status::success);
    state.frame.r[1] = static_cast<uint32_t>(now);
    state.frame.r[2] = static_cast<uint32_t>(now >> 32);
}

/// The service call tlb_flush.
uint32_t trap_flush(uint32_t va, uint32_t pages, uint32_t asid, uint32_t how) {
    const gva at = gva{va}.page();
    if (!names_pages(how) || asid > 0xff) {
        return NOT_DONE;
    }
    load_tables(current_state().host_context);
    vm& owner = *current().owner;
    const auto reason = static_cast<mmu::flush_reason>(how >> 8);
    const bool done =
        owner.memory->shadow.quick_flush(at, pages, static_cast<uint8_t>(asid), reason);
    if (done) {
        note_service(owner);
        ++owner.counters.flushes;
        checked::flushed(at, pages, static_cast<uint16_t>(asid), true, reason);
    }
    load_tables(current_state().guest_context);
    return done ? 0 : NOT_DONE;
}

/// The service call pt_update.
uint32_t trap_update(uint32_t count, uint32_t op) {
    const abi::pt_entry& entry = current_page().pt_batch[0];
    const gva at = gva{plane::read_once(entry.va)}.page();
    const uint32_t asid = plane::read_once(entry.asid);
    if (count != 1 || op != static_cast<uint32_t>(abi::pt_op::prefill) || asid > 0xff) {
        return NOT_DONE;
    }
    load_tables(current_state().host_context);
    vm& owner = *current().owner;
    auto& shadow = owner.memory->shadow;
    const bool done = shadow.quick_refresh(at, static_cast<uint8_t>(asid), [&] {
        return quick_fill_page(shadow, at, mmu::access::write, mmu::privilege::user);
    });
    if (done) {
        note_service(owner);
        checked::flushed(at, 1, static_cast<uint16_t>(asid), true, mmu::flush_reason::unmapped);
    }
    load_tables(current_state().guest_context);
    return done ? 0 : NOT_DONE;
}

} // namespace paravane::arm
