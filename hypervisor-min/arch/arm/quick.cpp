// SPDX-License-Identifier: BSD-2-Clause
// Aborts of the guest, its flushes of pages and its commonest service calls, the short way: a page
// of a known kind is filled, a fault of user code that is the guest's own becomes an upcall.
// Everything else goes to trap.cpp. Compiled for speed; behind entry.S, before the shadow MMU.
#include "arch/arm/checked.hpp"
#include "arch/arm/deliver.hpp"
#include "arch/arm/guest.hpp"
#include "core/machine.hpp"

namespace paravane::arm {

extern "C" {
void trap_data();
void trap_prefetch();
void trap_flush();
void trap_space_switch();
void trap_time_read();
void trap_service();
void trap_data_long(uint32_t at, uint32_t status);
void trap_prefetch_long(uint32_t at, uint32_t status);
}

namespace {

/// Translation and permission faults have FS[2] and FS[0] set, FS[4] not (ARM ARM B3.13.3).
bool from_tables(uint32_t status) {
    return (status & 0x5) == 0x5 && (status & 0x400) == 0;
}

constexpr uint32_t PREFILL = 8; ///< a hint from here on wants the long way
constexpr auto USER = static_cast<uint32_t>(abi::fault_flags::user);
constexpr auto WRITE = static_cast<uint32_t>(abi::fault_flags::write);
constexpr auto EXECUTE = static_cast<uint32_t>(abi::fault_flags::execute);
constexpr auto PRESENT = static_cast<uint32_t>(abi::fault_flags::present);

/// A device's register by a plain instruction of the kernel's. The fault's registers are
/// read anew: to keep what was read costs each fill five instructions.
[[gnu::noinline]] bool reach(uint32_t found) {
    if constexpr (!parts::DEVICES) {
        return false;
    }
    const gpa page = gpa{found}.page();
    const gva at{cpu::read_dfar()};
    return page - gpa{abi::DEVICE_PAGES} < boot::MAX_DEVICES * PAGE_SIZE && !in_user_mode() &&
           access_register(at, kind_of(cpu::read_dfsr()), page + at.page_offset());
}

/// True: done.
PVN_COPIED bool quick_fault(gva at, mmu::access kind, abi::upcall_kind upcall) {
    vcpu_state& state = current_state();
    abi::vcpu_page& page = current_page();
    if (plane::read_once(page.prefill_hint) >= PREFILL) [[unlikely]] {
        return false;
    }
    const bool user = state.mode == MODE_USR;
    const uint32_t entry = state.entry_user[static_cast<uint32_t>(upcall)];
    const auto delivers = [&] {
        return user && entry != 0 && state.attention == 0 && plane::read_once(page.irq_mask) == 0 &&
               taken_over(page);
    };
    load_tables(state.host_context);
    auto& shadow = current().owner->memory->shadow;
    const uint32_t found =
        shadow.quick_fill(at, kind, user ? mmu::privilege::user : mmu::privilege::kernel, delivers);
    load_tables(state.guest_context);
    if (found <= shadow.UNSURE) {
        return found == shadow.FILLED;
    }
    if (found >= PAGE_SIZE) [[unlikely]] {
        return kind != mmu::access::execute && reach(found);
    }
    const uint32_t present = (found & 0xf) == 0xf ? PRESENT : 0;
    if (kind == mmu::access::execute) {
        write_fetch_fault(page, {at, found & 0xf, USER | EXECUTE | present});
    } else {
        const bool write = kind == mmu::access::write;
        write_data_fault(
            page, {at, found | (write ? STATUS_WRITE : 0), USER | (write ? WRITE : 0) | present});
    }
    write_upcall(state, page, upcall);
    page.upcall_cpsr = state.frame.cpsr;
    enter_kernel(state, page);
    page.irq_mask = CPSR_I;
    state.frame.cpsr = MODE_USR;
    state.frame.pc = entry;
    ++guest().exclusive_epoch;
    return true;
}

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

/// The service call space_switch.
void trap_space_switch() {
    vcpu_state& state = current_state();
    load_tables(state.host_context);
    vm& owner = *current().owner;
    note_service(owner);
    ++owner.counters.space_switches;
    const abi::status done = machine::space_switch(owner, state.frame.r[0], state.frame.r[1]);
    state.frame.r[0] = static_cast<uint32_t>(done);
    load_dacr();
    load_tables(state.guest_context);
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
void trap_flush() {
    vcpu_state& state = current_state();
    const gva at = gva{state.frame.r[0]}.page();
    const uint32_t pages = state.frame.r[1];
    const uint32_t asid = state.frame.r[2];
    const uint32_t how = state.frame.r[3];
    if (!names_pages(how) || asid > 0xff) {
        trap_service();
        return;
    }
    load_tables(state.host_context);
    vm& machine = *current().owner;
    const auto reason = static_cast<mmu::flush_reason>(how >> 8);
    const bool done =
        machine.memory->shadow.quick_flush(at, pages, static_cast<uint8_t>(asid), reason);
    if (done) {
        note_service(machine);
        ++machine.counters.flushes;
        checked::flushed(at, pages, static_cast<uint16_t>(asid), true, reason);
    }
    load_tables(state.guest_context);
    if (!done) {
        trap_service();
        return;
    }
    state.frame.r[0] = static_cast<uint32_t>(abi::status::success);
}

void trap_data() {
    const uint32_t status = cpu::read_dfsr();
    const gva at{cpu::read_dfar()};
    if (!from_tables(status) || !quick_fault(at, kind_of(status), abi::upcall_kind::data_abort)) {
        trap_data_long(at.value(), status);
    }
}

void trap_prefetch() {
    const uint32_t status = cpu::read_ifsr();
    const gva at{cpu::read_ifar()};
    if (!from_tables(status) ||
        !quick_fault(at, mmu::access::execute, abi::upcall_kind::prefetch_abort)) {
        trap_prefetch_long(at.value(), status);
    }
}

} // namespace paravane::arm
