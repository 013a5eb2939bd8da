// SPDX-License-Identifier: BSD-2-Clause
// Delivery; see deliver.hpp. The upcall here is the general one: svc_reflect in
// entry.S is the same for system calls of user code, by hand.
#include "arch/arm/deliver.hpp"

#include "arch/arm/guest.hpp"
#include "arch/arm/plane/mode.hpp"

namespace paravane::arm {

namespace {

uint32_t entry_for(abi::upcall_kind kind) {
    const vcpu_state& state = current_state();
    const uint32_t index = static_cast<uint32_t>(kind);
    return in_user_mode() ? state.entry_user[index] : state.entry_kernel[index];
}

void upcall(abi::upcall_kind kind, uint32_t entry) {
    plane::environment& env = guest();
    vcpu_state& state = env.state;
    abi::vcpu_page& page = env.page;
    write_upcall(state, page, kind);
    page.upcall_cpsr = plane::virtual_cpsr(env);
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

const char* deliver(abi::upcall_kind kind) {
    using plane::exception;
    static constexpr exception VECTORS[] = {exception::undefined, exception::supervisor_call,
                                            exception::prefetch_abort, exception::data_abort,
                                            exception::irq};
    static_assert(static_cast<uint8_t>(abi::upcall_kind::irq) + 1 == sizeof VECTORS);
    if (const uint32_t entry = entry_for(kind); entry == 0) {
        enter_vector(VECTORS[static_cast<uint32_t>(kind)]);
    } else if (taken_over(current_page())) {
        upcall(kind, entry);
    } else {
        return "a second upcall before the first was taken over";
    }
    return nullptr;
}

const char* deliver_data_abort(const fault_report& fault) {
    write_data_fault(current_page(), fault);
    return deliver(abi::upcall_kind::data_abort);
}

const char* deliver_prefetch_abort(const fault_report& fault) {
    write_fetch_fault(current_page(), fault);
    return deliver(abi::upcall_kind::prefetch_abort);
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
