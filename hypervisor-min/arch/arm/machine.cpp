// SPDX-License-Identifier: BSD-2-Clause
// What core/ asks of the arch (core/machine.hpp): resets, address spaces, the long
// upcall_return, descriptions for the log.
#include "core/machine.hpp"

#include "arch/arm/cache.hpp"
#include "arch/arm/checked.hpp"
#include "arch/arm/deliver.hpp"
#include "arch/arm/fp.hpp"
#include "arch/arm/guest.hpp"
#include "arch/arm/maintain.hpp"
#include "arch/arm/plane/mode.hpp"
#include "arch/arm/plane/sctlr.hpp"
#include "core/log.hpp"
#include "core/platform.hpp"

#include <string.h>

namespace paravane::machine {

using namespace paravane::arm;

uint8_t* at(pa where) {
    return reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(where.value()));
}

void request_reschedule() {
    this_core.reschedule = true;
    request_attention(current_state());
}

void reset(vm& machine) {
    const boot::vm_config& config = *machine.config;
    vcpu_state& state = machine.cpu->arch;
    if (parts::FLOATING_POINT && machine.cpu == this_core.fp_owner) {
        this_core.fp_owner = nullptr;
    }
    memset(&state, 0, sizeof state);
    state.kernel.svc_vector = state.svc_vector = reinterpret_cast<uint32_t>(svc_kernel);
    state.user.svc_vector = reinterpret_cast<uint32_t>(svc_user);
    state.host_context = {this_core.private_ttbr0, HOST_ASID};
    state.shadow = reinterpret_cast<uint32_t>(&machine.memory->shadow);
    state.mode = MODE_SVC;
    state.async_mask = CPSR_A;
    state.cp15.sctlr = plane::SCTLR_RESET;
    state.frame.r[1] = config.machine;
    state.frame.r[2] = config.boot_parameters.value();
    state.frame.pc = config.entry.value() & ~1u;
    state.frame.cpsr = MODE_USR | ((config.entry.value() & 1) != 0 ? CPSR_T : 0);
    state.page_at = machine.memory->shadow.config().vcpu_page_at.value();
    abi::vcpu_page& page = *machine.cpu->page;
    page.mode = MODE_SVC;
    page.irq_mask = CPSR_I | CPSR_F;
    machine.memory->shadow.restart();
    take_context(machine);
    request_attention(state);
    for (uint32_t i = 0; i < config.passthrough_count; ++i) {
        if (const uint32_t interrupt = config.passthrough[i].interrupt; interrupt != 0) {
            platform::enable(interrupt);
        }
    }
    if (machine.cpu == this_core.current) {
        fp::forget_current();
        cpu::write_tpidrurw(0);
        follow_privilege();
    }
}

abi::status setup_page(vm& machine, gva page, uint32_t claims_all) {
    constexpr uint32_t KINDS = sizeof(abi::vcpu_page::entry_user) / sizeof(uint32_t);
    const abi::vcpu_page& shared = *machine.cpu->page;
    vcpu_state& state = machine.cpu->arch;
    if (page != machine.memory->shadow.config().vcpu_page_at) {
        return abi::status::bad_address;
    }
    uint32_t entries[2][KINDS];
    for (uint32_t i = 0; i < KINDS; ++i) {
        entries[0][i] = plane::read_once(shared.entry_user[i]);
        entries[1][i] = plane::read_once(shared.entry_kernel[i]);
        if (((entries[0][i] | entries[1][i]) & 3) != 0) {
            return abi::status::invalid_parameter;
        }
        if (entries[0][i] >= PV_WINDOW || entries[1][i] >= PV_WINDOW) {
            return abi::status::bad_address;
        }
    }
    memcpy(state.entry_user, entries[0], sizeof entries[0]);
    memcpy(state.entry_kernel, entries[1], sizeof entries[1]);
    state.entry_frame[0] = state.entry_user[static_cast<uint32_t>(abi::upcall_kind::syscall)];
    state.entry_frame[1] = MODE_USR;
    state.claims_all = claims_all;
    choose_svc_vector();
    return abi::status::success;
}

// Address spaces ---------------------------------------------------------------

abi::status space_switch(vm& machine, uint32_t ttbr0, uint32_t contextidr) {
    auto& shadow = machine.memory->shadow;
    if (!shadow.physical(gpa{ttbr0 & ~0x3fffu})) {
        return abi::status::bad_address;
    }
    shadow.switch_space(ttbr0, contextidr);
    take_context(machine);
    return abi::status::success;
}

abi::status tlb_flush(vm& machine, gva at, uint32_t pages, uint32_t asid, abi::flush_scope scope,
                      abi::flush_reason why) {
    const auto how = scope == abi::flush_scope::range  ? plane::tlb_scope::address
                     : scope == abi::flush_scope::asid ? plane::tlb_scope::asid
                                                       : plane::tlb_scope::all;
    flush(machine, how, at, pages, static_cast<uint8_t>(asid), static_cast<mmu::flush_reason>(why));
    return abi::status::success;
}

abi::status pt_update(vm& machine, uint32_t count, abi::pt_op op) {
    auto& shadow = machine.memory->shadow;
    const abi::pt_entry* const entries = machine.cpu->page->pt_batch;
    for (uint32_t i = 0; i < count; ++i) {
        const gva at{plane::read_once(entries[i].va)};
        const uint32_t asid = plane::read_once(entries[i].asid);
        constexpr auto reason = mmu::flush_reason::unmapped;
        if ((asid & abi::PT_ENTRY_EVERY_ASID) != 0) {
            flush(machine, plane::tlb_scope::address_every_asid, at, 1, 0, reason);
        } else {
            checked::flushed(at.page(), 1, static_cast<uint8_t>(asid), true, reason);
        }
        shadow.pt_update({at, static_cast<uint8_t>(asid), reason, op == abi::pt_op::prefill});
    }
    take_context(machine);
    return abi::status::success;
}

void set_page_format(vm& machine, gpa table) {
    machine.memory->shadow.set_page_format(table);
    take_context(machine);
}

/// Pages that are not mapped have nothing in the cache. A long range is the whole cache:
/// no call takes longer than that, interrupts being masked.
abi::status cache_range(vm& machine, gva at, uint32_t length, abi::cache_op op) {
    constexpr uint32_t WHOLE = 256 << 10;
    if (length > WHOLE) {
        cache::flush_all_data();
    } else {
        machine.memory->shadow.for_each_page(
            at, length, mmu::privilege::kernel,
            [](gva, pa where, uint32_t bytes) { cache::flush_data(machine::at(where), bytes); });
    }
    if (op == abi::cache_op::sync_code) {
        cache::invalidate_code();
    }
    return abi::status::success;
}

// Returns and descriptions ---------------------------------------------------------

const char* upcall_return(vm& machine) {
    plane::environment& env = guest();
    const abi::vcpu_page& page = *machine.cpu->page;
    const uint32_t cpsr = plane::read_once(page.return_cpsr);
    const uint32_t mode = cpsr & CPSR_MODE;
    if (mode != MODE_USR && mode != MODE_SYS && mode != MODE_SVC) {
        return "upcall_return to a mode that is not User, System or Supervisor";
    }
    (void)plane::restore_cpsr(env, cpsr & ~CPSR_A); // these modes exist
    trap_frame& frame = env.state.frame;
    frame.sp = plane::read_once(page.return_sp);
    frame.lr = plane::read_once(page.return_lr);
    frame.r[12] = plane::read_once(page.return_r12);
    frame.pc = plane::read_once(page.return_pc) & ((cpsr & CPSR_T) != 0 ? ~1u : ~3u);
    choose_svc_vector();
    if (plane::read_once(page.irq_pending) != 0 || machine.memory->shadow.views_flipped()) {
        request_attention(env.state);
    }
    cpu::clrex();
    return nullptr;
}

arch_counters counters(const vm& machine) {
    const vcpu_state& state = machine.cpu->arch;
    const mmu::shadow_counters& shadow = machine.memory->shadow.counters();
    return {state.services,
            state.instructions,
            state.undefined,
            state.reflected,
            machine.cpu->page->upcall_count,
            shadow.fills + shadow.quick_fills,
            shadow.quick_fills + state.quick_faults};
}

void end_interrupt(vm& machine, uint32_t source) {
    const uint32_t first = static_cast<uint32_t>(abi::irq_source::passthrough_first);
    if (source >= first && source - first < machine.config->passthrough_count) {
        platform::enable(machine.config->passthrough[source - first].interrupt);
    }
}

namespace {

/// A word of the guest's memory for the backtrace, if it can be had.
bool peek(vm& machine, uint32_t address, uint32_t& value) {
    auto& shadow = machine.memory->shadow;
    const auto where =
        shadow.translate_for(gva{address & ~3u}, mmu::access::read, mmu::privilege::kernel);
    if (!where) {
        return false;
    }
    const auto word = shadow.read_word(*where);
    if (!word) {
        return false;
    }
    value = *word;
    return true;
}

/// Frame records of clang's and GCC's APCS-less ARM code: [r11] = caller's r11,
/// [r11 + 4] = return address.
void backtrace(vm& machine, const trap_frame& frame) {
    log_line line{blame::nobody, machine.config->id};
    line << "called from " << hex{frame.lr};
    uint32_t pointer = frame.r[11];
    for (uint32_t depth = 0; depth < 5; ++depth) {
        uint32_t next = 0;
        uint32_t caller = 0;
        if ((pointer & 3) != 0 || !peek(machine, pointer, next) ||
            !peek(machine, pointer + 4, caller) || next <= pointer) {
            return;
        }
        line << ' ' << hex{caller};
        pointer = next;
    }
}

} // namespace

void describe(vm& machine) {
    const vcpu_state& state = machine.cpu->arch;
    const trap_frame& frame = state.frame;
    const abi::vcpu_page& page = *machine.cpu->page;
    const uint32_t more[] = {frame.pc,          frame.cpsr,
                             state.mode,        page.fault_address,
                             page.fault_status, machine.memory->shadow.registers().ttbr0};
    const words lines[] = {{"r0 % r1 % r2 % r3 % r4 %", frame.r},
                           {"r5 % r6 % r7 % r8 % r9 %", frame.r + 5},
                           {"r10 % r11 % r12 % sp % lr %", frame.r + 10},
                           {"pc % cpsr % mode %", more},
                           {"fault address % status % ttbr0 %", more + 3}};
    for (const words& one : lines) {
        log_line(blame::nobody, machine.config->id) << one;
    }
    backtrace(machine, frame);
}

} // namespace paravane::machine
