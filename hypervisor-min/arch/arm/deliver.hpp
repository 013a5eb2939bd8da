// SPDX-License-Identifier: BSD-2-Clause
// Traps that are the guest's own: delivered to a registered upcall entry (level 2)
// or, through the plane, to the guest's vectors (level 0). trap.cpp decides what.
#pragma once

#include "arch/arm/per_core.hpp"
#include "arch/arm/plane/exception.hpp"
#include "arch/arm/plane/mode.hpp"

/// Handlers of SVC in entry.S.
extern "C" {
extern char svc_kernel[], svc_reflect[], svc_user[];
}

namespace paravane::arm {

/// A fault in the words of both worlds.
struct fault_report {
    gva address;
    uint32_t status; ///< DFSR or IFSR
    uint32_t access; ///< fault_flags
};

/// A stub has saved the words of the last upcall.
inline bool taken_over(const abi::vcpu_page& page) {
    return plane::read_once(page.upcall_count) == plane::read_once(page.upcall_taken);
}

/// The words of an upcall that the guest finds in its page, but for the interrupted CPSR.
inline void write_upcall(const vcpu_state& state, abi::vcpu_page& page, abi::upcall_kind kind) {
    page.upcall_count = plane::read_once(page.upcall_count) + 1;
    page.upcall_sp = state.frame.sp;
    page.upcall_lr = state.frame.lr;
    page.upcall_pc = state.frame.pc;
    page.upcall_r12 = state.frame.r[12];
    page.upcall_kind = static_cast<uint32_t>(kind);
}

/// switch_mode() from User to Supervisor for an upcall: the kernel's SP comes from the
/// page, its LR and SPSR are not used. svc_reflect in entry.S is the same by hand.
inline void enter_kernel(vcpu_state& state, abi::vcpu_page& page) {
    banked_registers& user = state.banks[static_cast<uint32_t>(bank::usr)];
    user.sp = state.frame.sp;
    user.lr = state.frame.lr;
    state.frame.sp = plane::read_once(page.kernel_sp);
    state.mode = MODE_SVC;
    page.mode = MODE_SVC;
    cpu::write_tpidruro(plane::read_once(page.thread_kernel));
    cpu::write_dacr(state.kernel.dacr);
    state.svc_vector = state.kernel.svc_vector;
}

inline void write_fault(abi::vcpu_page& page, const fault_report& fault) {
    page.fault_address = fault.address.value();
    page.fault_access = fault.access;
    page.fault_status = fault.status;
}
inline void write_data_fault(abi::vcpu_page& page, const fault_report& fault) {
    write_fault(page, fault);
    page.data_fault_address = fault.address.value();
    page.data_fault_status = fault.status;
}
inline void write_fetch_fault(abi::vcpu_page& page, const fault_report& fault) {
    write_fault(page, fault);
    page.fetch_fault_address = fault.address.value();
    page.fetch_fault_status = fault.status;
}

/// Null, or why nothing was delivered: an upcall before the last one was taken over. An
/// interrupt then waits; all others end the VM.
[[nodiscard]] const char* deliver(abi::upcall_kind kind);
[[nodiscard]] const char* deliver_data_abort(const fault_report& fault);
[[nodiscard]] const char* deliver_prefetch_abort(const fault_report& fault);

/// Where SVCs go while the current vCPU is in the mode that it is in now.
void choose_svc_vector();
/// The hardware's DACR, TPIDRURO and SVC vector follow the virtual privilege.
void follow_privilege();

} // namespace paravane::arm
