// SPDX-License-Identifier: BSD-2-Clause
// What one core keeps in the window, and the two address spaces it moves between:
// the guest's, in which traps arrive, and the private one, in which every physical
// address is its own virtual address.
#pragma once

#include "arch/arm/cpu.hpp"
#include "core/hypervisor.hpp"

namespace paravane::arm {

inline constexpr uint8_t HOST_ASID = 1;
/// First of the ASIDs that VMs get; 0 is never current outside a switch of tables.
inline constexpr uint8_t FIRST_GUEST_ASID = 2;

struct per_core {
    hypervisor* whole; ///< private space only
    vcpu* current;     ///< private space only; the same block as current()
    vcpu* fp_owner;    ///< whose registers the FP unit holds
    uint32_t* window;  ///< the private space's 16 entries for the window
    uint32_t private_ttbr0;
    bool reschedule;
    bool traced;   ///< hypervisor::traced()
    bool rests;    ///< no VM runs
    bool panicked; ///< also set before the machine is powered off: traps then stop it

    bool is_traced() const { return parts::TRACE && traced; }
};

extern per_core this_core;

/// The vCPU that runs or trapped, in either space.
inline vcpu& current() {
    return *reinterpret_cast<vcpu*>(PV_BLOCK);
}
inline vcpu_state& current_state() {
    return current().arch;
}
inline abi::vcpu_page& current_page() {
    return *reinterpret_cast<abi::vcpu_page*>(PV_PAGE);
}

inline bool in_user_mode() {
    return current_state().mode == MODE_USR;
}

/// DACR of the mode that the current vCPU is in.
inline void load_dacr() {
    const vcpu_state& state = current_state();
    cpu::write_dacr(in_user_mode() ? state.user.dacr : state.kernel.dacr);
}

extern "C" {
void enter_private();
void leave_private();
}

/// Loads tables and ASID. ASID 0 bridges the gap in which they do not belong
/// together (ARM ARM B3.10.4).
inline void load_tables(hardware_context next) {
    cpu::write_contextidr(0);
    cpu::isb();
    cpu::write_ttbr0(next.ttbr0);
    cpu::isb();
    cpu::write_contextidr(next.contextidr);
    cpu::isb();
}

/// The private address space while an object of this type lives; not nested. The
/// guest's space on leaving is that of whichever vCPU is current by then.
class private_space {
public:
    private_space() { enter_private(); }
    ~private_space() { leave_private(); }
    private_space(const private_space&) = delete;
    private_space& operator=(const private_space&) = delete;

    hypervisor& whole() const { return *this_core.whole; }
    vm& machine() const { return *current().owner; }
};

/// A record of the current VM for pvrun --trace, from the guest's space.
void record(console::trace_kind kind, uint32_t argument);
inline void trace(console::trace_kind kind, uint32_t argument) {
    if (this_core.is_traced()) [[unlikely]] {
        record(kind, argument);
    }
}
/// The same in the private space.
void record_here(console::trace_kind kind, uint32_t argument);
inline void trace_here(console::trace_kind kind, uint32_t argument) {
    if (this_core.is_traced()) [[unlikely]] {
        record_here(kind, argument);
    }
}

} // namespace paravane::arm
