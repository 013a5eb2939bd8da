// SPDX-License-Identifier: BSD-2-Clause
// Delivery; see deliver.hpp. The upcall here is the general one: svc_reflect in
// entry.S is the same for system calls of user code, by hand.
#include "arch/arm/deliver.hpp"

#include "arch/arm/guest.hpp"
#include "arch/arm/plane/mode.hpp"

namespace paravane::arm {

namespace {

constexpr const char* DOUBLE_UPCALL = "a second upcall before the first was taken over";

uint32_t entry_for(abi::upcall_kind kind) {
    const vcpu_state& state = current_state();
    const uint32_t index = static_cast<uint32_t>(kind);
    return in_user_mode() ? state.entry_user[index] : state.entry_kernel[index];
}

bool taken_over() {
    abi::vcpu_page& page = current_page();
    return plane::read_once(page.upcall_count) == plane::read_once(page.upcall_taken);
}

/// switch_mode() from User to Supervisor for an upcall: the kernel's SP comes from the
/// page, its LR and SPSR are not used. svc_reflect in entry.S is the same by hand.
void enter_kernel(vcpu_state& state, abi::vcpu_page& page) {
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

void upcall(abi::upcall_kind kind, uint32_t entry) {
    plane::environment& env = guest();
    vcpu_state& state = env.state;
    abi::vcpu_page& page = env.page;
    page.upcall_count = plane::read_once(page.upcall_count) + 1;
    page.upcall_sp = state.frame.sp;
    page.upcall_lr = state.frame.lr;
    page.upcall_pc = state.frame.pc;
    page.upcall_cpsr = plane::virtual_cpsr(env);
    page.upcall_r12 = state.frame.r[12];
    page.upcall_kind = static_cast<uint32_t>(kind);
    if (in_user_mode()) {
        enter_kernel(state, page);
    } else if (state.mode != MODE_SVC) {
        plane::switch_mode(env, MODE_SVC);
    }
    page.irq_mask = plane::read_once(page.irq_mask) | CPSR_I;
    state.frame.cpsr = MODE_USR;
    state.frame.pc = entry;
    ++env.exclusive_epoch;
}

const char* synchronous(abi::upcall_kind kind, uint32_t entry) {
    if (!taken_over()) {
        return DOUBLE_UPCALL;
    }
    upcall(kind, entry);
    return nullptr;
}

void publish(const fault_report& fault) {
    abi::vcpu_page& page = current_page();
    page.fault_address = fault.address.value();
    page.fault_access = fault.access;
    page.fault_status = fault.status;
}

/// A level-0 exception from user mode in a kernel that also returns by upcall_return:
/// the kernel's stack is where the page says.
void enter_vector(plane::exception kind) {
    if (in_user_mode() && current_state().takes_upcalls()) {
        const uint32_t svc = static_cast<uint32_t>(bank::svc);
        current_state().banks[svc].sp = plane::read_once(current_page().kernel_sp);
    }
    plane::take_exception(guest(), kind);
}

} // namespace

const char* deliver_syscall() {
    if (const uint32_t entry = entry_for(abi::upcall_kind::syscall); entry != 0) {
        return synchronous(abi::upcall_kind::syscall, entry);
    }
    enter_vector(plane::exception::supervisor_call);
    return nullptr;
}

const char* deliver_undefined() {
    if (const uint32_t entry = entry_for(abi::upcall_kind::undefined); entry != 0) {
        return synchronous(abi::upcall_kind::undefined, entry);
    }
    enter_vector(plane::exception::undefined);
    return nullptr;
}

const char* deliver_data_abort(const fault_report& fault) {
    publish(fault);
    abi::vcpu_page& page = current_page();
    page.data_fault_address = fault.address.value();
    page.data_fault_status = fault.status;
    if (const uint32_t entry = entry_for(abi::upcall_kind::data_abort); entry != 0) {
        return synchronous(abi::upcall_kind::data_abort, entry);
    }
    enter_vector(plane::exception::data_abort);
    return nullptr;
}

const char* deliver_prefetch_abort(const fault_report& fault) {
    publish(fault);
    abi::vcpu_page& page = current_page();
    page.fetch_fault_address = fault.address.value();
    page.fetch_fault_status = fault.status;
    if (const uint32_t entry = entry_for(abi::upcall_kind::prefetch_abort); entry != 0) {
        return synchronous(abi::upcall_kind::prefetch_abort, entry);
    }
    enter_vector(plane::exception::prefetch_abort);
    return nullptr;
}

bool deliver_irq() {
    if (const uint32_t entry = entry_for(abi::upcall_kind::irq); entry != 0) {
        if (!taken_over()) {
            return false;
        }
        upcall(abi::upcall_kind::irq, entry);
        return true;
    }
    enter_vector(plane::exception::irq);
    return true;
}

void choose_svc_vector() {
    vcpu_state& state = current_state();
    state.kernel.svc_vector = reinterpret_cast<uint32_t>(svc_kernel);
    state.user.svc_vector =
        reinterpret_cast<uint32_t>(state.takes_upcalls() ? svc_reflect : svc_user);
    if (state.mode != MODE_USR) {
        state.svc_vector = state.kernel.svc_vector;
    } else if (plane::read_once(current_page().irq_mask) != 0) {
        state.svc_vector = reinterpret_cast<uint32_t>(svc_user);
    } else {
        state.svc_vector = state.user.svc_vector;
    }
}

void follow_privilege() {
    abi::vcpu_page& page = current_page();
    cpu::write_tpidruro(plane::read_once(in_user_mode() ? page.thread_user : page.thread_kernel));
    load_dacr();
    choose_svc_vector();
}

} // namespace paravane::arm
