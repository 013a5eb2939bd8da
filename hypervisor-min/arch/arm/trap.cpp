// SPDX-License-Identifier: BSD-2-Clause
// What each trap means, behind entry.S: whose it is, and to whom it goes next
// (core/service.cpp, the plane, the shadow MMU, deliver.cpp). On return entry.S resumes
// the current vCPU, by way of see_to() when something waits.
#include "arch/arm/deliver.hpp"
#include "arch/arm/fault_status.hpp"
#include "arch/arm/fp.hpp"
#include "arch/arm/guest.hpp"
#include "arch/arm/plane/access.hpp"
#include "arch/arm/plane/mode.hpp"
#include "arch/arm/world.hpp"
#include "core/irq.hpp"
#include "core/log.hpp"
#include "core/machine.hpp"
#include "core/service.hpp"
#include "lib/marks.hpp"

namespace paravane::arm {

namespace {

PVN_RARE void kill(const char* reason) {
    const private_space scope;
    scope.whole().kill(scope.machine(), reason);
}

void kill_if(const char* reason) {
    if (reason != nullptr) [[unlikely]] {
        kill(reason);
    }
}

PVN_RARE constexpr const char* describe(plane::kill_reason reason) {
    switch (reason) {
    case plane::kill_reason::illegal_mode:
        return "a mode that does not exist";
    case plane::kill_reason::long_descriptors:
        return "TTBCR.EAE: no long descriptors";
    default:
        return "the instruction plane reached no memory";
    }
}

/// What waits when the current vCPU is about to run: another vCPU, a view of the
/// kernel's that must go. In the private space. True: an interrupt is to be delivered
/// when that is left.
bool attend() {
    for (;;) {
        if (this_core.reschedule) {
            reschedule();
        }
        if (!current().owner->busy()) [[likely]] {
            break;
        }
        // The work is the vCPU's own, which others may interrupt.
        this_core.whole->work(*current().owner);
        serve_interrupts();
    }
    vcpu& cpu = current();
    cpu.arch.attention = 0;
    if (fp::for_kernel_alone()) [[unlikely]] {
        fp::access_changed();
    }
    auto& shadow = cpu.owner->memory->shadow;
    if (shadow.views_flipped()) [[unlikely]] {
        if (in_user_mode()) {
            shadow.restore_user_views();
        }
        take_context(*cpu.owner);
    }
    return irq::refresh(cpu, current_page());
}

/// `attention` stays set while the interrupt cannot be taken yet.
void deliver_pending() {
    vcpu_state& state = current_state();
    if ((plane::read_once(current_page().irq_mask) & CPSR_I) != 0) {
        state.attention = state.attention != 0 ? state.attention : PV_ATTENTION_WHEN_UNMASKED;
    } else if (deliver(abi::upcall_kind::irq) == nullptr) {
        current_page().irq_pending = 1 - state.claims_all;
        trace(console::trace_kind::inject, static_cast<uint32_t>(abi::upcall_kind::irq));
    } else {
        request_attention(state);
    }
}

/// WFI, WFE and YIELD: somebody else runs, and then this vCPU again.
PVN_RARE void wait_for_interrupt(bool yield) {
    bool deliverable;
    {
        const private_space scope;
        vm& machine = scope.machine();
        if (yield) {
            scope.whole().sched.yield();
        } else if (!irq::refresh(*machine.cpu, *machine.cpu->page) && !machine.devices_busy()) {
            machine.cpu->run = run_state::idle;
        } else {
            return;
        }
        this_core.reschedule = true;
        deliverable = attend();
    }
    if (deliverable) {
        deliver_pending();
    }
}

/// HVC or SMC of PSCI: number in r0, arguments behind it.
PVN_RARE void serve_psci() {
    const private_space scope;
    vm& machine = scope.machine();
    uint32_t* const r = machine.cpu->arch.frame.r;
    const uint32_t number = r[0];
    if (number != abi::psci_features_call::ID && number != abi::psci_version_call::ID &&
        number != abi::psci_system_off_call::ID && number != abi::psci_system_reset_call::ID) {
        r[0] = static_cast<uint32_t>(abi::status::not_supported);
        return;
    }
    const uint32_t saved = r[12];
    r[0] = r[1];
    r[12] = number;
    service{scope.whole(), machine}.serve();
    r[12] = saved;
}

/// `trapped` is the trap's own address, where frame.pc goes back to for what did not
/// happen.
void go_on(plane::outcome result) {
    plane::environment& env = guest();
    switch (result) {
    case plane::outcome::next:
        break;
    case plane::outcome::jump:
        choose_svc_vector();
        break;
    case plane::outcome::wait:
    case plane::outcome::yield:
        wait_for_interrupt(result == plane::outcome::yield);
        break;
    case plane::outcome::service:
        serve_psci();
        break;
    case plane::outcome::undefined:
        kill_if(deliver(abi::upcall_kind::undefined));
        break;
    case plane::outcome::data_abort:
        kill_if(deliver_data_abort({env.fault.address, env.fault.status,
                                    access_flags(kind_of(env.fault.status), env.fault.status)}));
        break;
    case plane::outcome::kill:
        kill(describe(env.reason));
        break;
    }
    const abi::vcpu_page& page = env.page;
    if (plane::read_once(page.irq_pending) != 0 &&
        (plane::read_once(page.irq_mask) & CPSR_I) == 0) {
        request_attention(env.state);
    }
}

void deliver_fault(gva at, mmu::access kind, uint32_t status) {
    const fault_report report{at, status, access_flags(kind, status)};
    trace(console::trace_kind::inject,
          static_cast<uint32_t>(kind == mmu::access::execute ? abi::upcall_kind::prefetch_abort
                                                             : abi::upcall_kind::data_abort));
    kill_if(kind == mmu::access::execute ? deliver_prefetch_abort(report)
                                         : deliver_data_abort(report));
}

/// A fault in our tables: made right, or the guest's. Returns what remains to do.
mmu::fault_kind mend_fault(gva at, mmu::access kind, mmu::fault_detail& detail) {
    const private_space scope;
    vm& machine = scope.machine();
    ++machine.counters.fault;
    const auto level = in_user_mode() ? mmu::privilege::user : mmu::privilege::kernel;
    const uint32_t hint = plane::read_once(machine.cpu->page->prefill_hint);
    const mmu::fault_kind what =
        machine.memory->shadow.handle_fault(at, kind, level, detail, hint >= 8 ? 8 : 1);
    take_context(machine);
    if (what == mmu::fault_kind::filled) {
        trace_here(console::trace_kind::fill, at.value() >> PAGE_SHIFT);
    }
    return what;
}

/// A store to a page that users only read, or an access to where there is no RAM.
PVN_RARE void emulate(gva at, mmu::access kind) {
    const plane::outcome result = plane::emulate_access(guest());
    if (result == plane::outcome::undefined) {
        const uint32_t write = kind == mmu::access::write ? STATUS_WRITE : 0;
        deliver_fault(at, kind, STATUS_EXTERNAL | write);
        return;
    }
    go_on(result);
}

/// A device's register by a plain instruction of the kernel's.
bool reach(gva at, mmu::access kind, gpa page) {
    if constexpr (!parts::DEVICES) {
        return false;
    }
    return page - gpa{abi::DEVICE_PAGES} < boot::MAX_DEVICES * PAGE_SIZE && !in_user_mode() &&
           access_register(at, kind, page + at.page_offset());
}

void resolve(gva at, mmu::access kind) {
    mmu::fault_detail detail;
    switch (mend_fault(at, kind, detail)) {
    case mmu::fault_kind::filled:
        break;
    case mmu::fault_kind::guest:
        deliver_fault(at, kind, detail.fsr);
        break;
    case mmu::fault_kind::emulate_store:
        emulate(at, kind);
        break;
    case mmu::fault_kind::mmio:
        if (parts::DEVICES && !in_user_mode() && access_register(at, kind, detail.address)) {
            break;
        }
        guest().device.page = at.page();
        guest().device.where = detail.address.page();
        guest().device.level = in_user_mode() ? mmu::privilege::user : mmu::privilege::kernel;
        emulate(at, kind);
        guest().device.page = gva{1};
        break;
    case mmu::fault_kind::kill:
        kill("reached for the hypervisor's window");
        break;
    }
}

/// The system call that has just been executed, which was the kernel's. False: the VM is
/// dead.
bool fetch_behind(uint32_t bytes, uint32_t& word) {
    const gva at{current_state().frame.pc - bytes};
    if (guest().move(at, mmu::access::read, bytes, mmu::privilege::kernel, word)) {
        return true;
    }
    kill("its system call cannot be read");
    return false;
}

} // namespace

extern "C" {

/// SVC from a virtual kernel mode with the service immediate.
void trap_service() {
    bool deliverable = false;
    {
        const private_space scope;
        trace_here(console::trace_kind::service, current_state().frame.r[12]);
        service{scope.whole(), scope.machine()}.serve();
        if (current_state().attention != 0) {
            deliverable = attend();
        }
    }
    if (deliverable) {
        deliver_pending();
    }
}

/// Any other SVC from ARM code of a virtual kernel mode; trap_word has it.
void trap_svc_kernel() {
    const uint32_t immediate = (current_state().trap_word ^ abi::SERVICE_SVC_ARM) & 0xffffff;
    if (immediate >= 0xc00000) {
        ++current_state().instructions;
        trace(console::trace_kind::instruction, immediate);
        go_on(plane::emulate_code(guest(), immediate - 0xc00000));
        return;
    }
    kill_if(deliver(abi::upcall_kind::syscall));
}

PVN_RARE void trap_svc_thumb() {
    uint32_t word = 0;
    if (!fetch_behind(2, word)) {
        return;
    }
    if ((word & 0xff) == abi::SERVICE_SVC_THUMB) {
        trap_service();
    } else {
        kill_if(deliver(abi::upcall_kind::syscall));
    }
}

PVN_RARE void trap_svc_unreadable() {
    uint32_t word = 0;
    if (!fetch_behind(4, word)) {
        return;
    }
    current_state().trap_word = word ^ abi::SERVICE_SVC_ARM;
    if ((current_state().trap_word & 0xffffff) == 0) {
        trap_service();
    } else {
        trap_svc_kernel();
    }
}

void trap_svc_user() {
    ++current_state().reflected;
    trace(console::trace_kind::reflect, 0);
    kill_if(deliver(abi::upcall_kind::syscall));
}

void trap_undefined() {
    trap_frame& frame = current_state().frame;
    frame.pc -= (frame.cpsr & CPSR_T) != 0 ? 2 : 4;
    ++current_state().undefined;
    trace(console::trace_kind::undefined, 0);
    if (fp::take()) {
        return;
    }
    go_on(plane::emulate_undefined(guest()));
}

/// What is left of an abort after quick_fill_page() said `found`.
void trap_abort(uint32_t at, uint32_t status, uint32_t found) {
    const mmu::access kind = kind_of(status);
    const uint32_t source = fault_source(status);
    const bool fetch = kind == mmu::access::execute;
    if ((found & 7) == static_cast<uint32_t>(mmu::fault_status::translation_page)) {
        deliver_fault(gva{at}, kind, fetch ? found & 0xf : found | (status & STATUS_WRITE));
    } else if (found >= PAGE_SIZE && !fetch && reach(gva{at}, kind, gpa{found}.page())) {
        return;
    } else if (((SOURCES_OF_TABLES >> source) & 1) != 0) [[likely]] {
        resolve(gva{at}, kind);
    } else if (fetch) {
        deliver_fault(gva{at}, kind, status & 0x40f);
    } else if (source == SOURCE_ALIGNMENT) {
        deliver_fault(gva{at}, kind, status & (STATUS_WRITE | 0xf));
    } else if (source == SOURCE_ASYNCHRONOUS) {
        kill("an asynchronous abort");
    } else {
        kill("an external abort");
    }
}

void trap_irq() {
    bool deliverable;
    {
        const private_space scope;
        ++scope.machine().counters.irq;
        serve_interrupts();
        deliverable = attend();
    }
    if (deliverable) {
        deliver_pending();
    }
}

/// The guest has unmasked interrupts and some may be pending.
void trap_unmasked() {
    vcpu_state& state = current_state();
    if (state.attention == PV_ATTENTION_SEE_TO) {
        return; // see_to() comes next
    }
    state.attention = 0;
    if (irq::refresh(current(), current_page())) {
        deliver_pending();
    }
}

/// The current vCPU is about to run and something waits for it.
void see_to() {
    bool deliverable;
    {
        const private_space scope;
        deliverable = attend();
    }
    if (deliverable) {
        deliver_pending();
    }
}

PVN_RARE [[noreturn]] void panic_trap(uint32_t kind, uint32_t pc, uint32_t cpsr, uint32_t sp) {
    const private_space scope;
    if (this_core.panicked) {
        machine::stop();
    }
    this_core.panicked = true;
    const uint32_t values[] = {
        kind, pc, cpsr, sp, cpu::read_dfar(), cpu::read_dfsr(), cpu::read_ifsr()};
    log_line(blame::hypervisor) << words{"trap % at %, cpsr %, sp %, dfar %, dfsr %, ifsr %",
                                         values};
    machine::power_off(true);
}

} // extern "C"

} // namespace paravane::arm
