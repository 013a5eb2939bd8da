// SPDX-License-Identifier: BSD-2-Clause
// Traps that are the guest's own: delivered to a registered upcall entry (level 2)
// or, through the plane, to the guest's vectors (level 0). trap.cpp decides what.
#pragma once

#include "arch/arm/per_core.hpp"
#include "arch/arm/plane/exception.hpp"

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

/// Null, or why the VM must die: an upcall before the last one was taken over.
[[nodiscard]] const char* deliver_syscall();
[[nodiscard]] const char* deliver_undefined();
[[nodiscard]] const char* deliver_data_abort(const fault_report& fault);
[[nodiscard]] const char* deliver_prefetch_abort(const fault_report& fault);
/// False when it must wait: a stub has not saved the last upcall's words yet.
bool deliver_irq();

/// Where SVCs go while the current vCPU is in the mode that it is in now.
void choose_svc_vector();
/// The hardware's DACR, TPIDRURO and SVC vector follow the virtual privilege.
void follow_privilege();

} // namespace paravane::arm
