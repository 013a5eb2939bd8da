// SPDX-License-Identifier: BSD-2-Clause
// The instruction plane's view of the current vCPU; see guest.hpp.
#include "arch/arm/guest.hpp"

#include "arch/arm/cache.hpp"
#include "arch/arm/checked.hpp"
#include "arch/arm/deliver.hpp"
#include "arch/arm/fp.hpp"
#include "arch/arm/plane/mode.hpp"
#include "core/machine.hpp"

extern "C" {
// Set by image/link.ld to their places in the window.
extern paravane::arm::vcpu_state window_state;
extern paravane::abi::vcpu_page window_page;

bool guest_load_word(uint32_t address, uint32_t* value);
bool guest_load_half(uint32_t address, uint32_t* value);
bool guest_load_byte(uint32_t address, uint32_t* value);
bool guest_store_word(uint32_t address, uint32_t value);
bool guest_store_half(uint32_t address, uint32_t value);
bool guest_store_byte(uint32_t address, uint32_t value);
}

namespace paravane::arm {

constinit plane::cpu_identity identity{};

namespace {

constinit guest_environment instance{window_state, window_page, identity};

/// In the window's megabyte no domain keeps user rights from the kernel's pages: they
/// are unmapped before such an access. While any is mapped, attention is set.
void hide_kernel_views(mmu::privilege level) {
    if (level == mmu::privilege::user && current_state().attention != 0) {
        const private_space scope;
        vm& machine = scope.machine();
        machine.memory->shadow.restore_user_views();
        take_context(machine);
    }
}

/// DACR of an access, for as long as the object lives.
class access_rights {
public:
    explicit access_rights(mmu::privilege level) {
        const vcpu_state& state = current_state();
        cpu::write_dacr(level == mmu::privilege::user ? state.user.dacr : state.kernel.dacr);
        cpu::isb();
    }
    ~access_rights() {
        load_dacr();
        cpu::isb();
    }
    access_rights(const access_rights&) = delete;
    access_rights& operator=(const access_rights&) = delete;
};

bool load_once(uint32_t at, uint32_t bytes, uint32_t* value) {
    return bytes == 4   ? guest_load_word(at, value)
           : bytes == 2 ? guest_load_half(at, value)
                        : guest_load_byte(at, value);
}

bool store_once(uint32_t at, uint32_t bytes, uint32_t value) {
    return bytes == 4   ? guest_store_word(at, value)
           : bytes == 2 ? guest_store_half(at, value)
                        : guest_store_byte(at, value);
}

/// What a fault on an access of ours in the guest's name led to.
enum class mended : uint8_t { retry, direct, device, fault };

struct mending {
    mended result;
    plane::access_fault fault; ///< with mended::fault
    uint8_t* where;            ///< with mended::direct: RAM that the guest may store to through us
    uint32_t value;            ///< with mended::device: what a load gave
};

/// An access of the guest's, for as long as it is being done.
struct wanted {
    gva at;
    mmu::access kind;
    mmu::privilege level;
    uint32_t bytes;
    uint32_t value; ///< of a store
};

/// Where no RAM is: a device's register, or nothing.
mending reach_device(vm& machine, const wanted& access, gpa where) {
    const uint32_t offset = where - gpa{abi::DEVICE_PAGES};
    const bool write = access.kind == mmu::access::write;
    uint32_t value = 0;
    if (machine.devices != nullptr &&
        (write ? machine.devices->store(offset, access.bytes, access.value)
               : machine.devices->load(offset, access.bytes, value))) {
        return {mended::device, {}, nullptr, value};
    }
    return {mended::fault, {access.at, STATUS_EXTERNAL | (write ? STATUS_WRITE : 0)}, nullptr, 0};
}

mending mend(const wanted& access) {
    const private_space scope;
    vm& machine = scope.machine();
    auto& shadow = machine.memory->shadow;
    mmu::fault_detail detail;
    const mmu::fault_kind what = shadow.handle_fault(access.at, access.kind, access.level, detail);
    take_context(machine);
    switch (what) {
    case mmu::fault_kind::filled:
        return {mended::retry, {}, nullptr, 0};
    case mmu::fault_kind::guest:
        return {mended::fault, {access.at, detail.fsr}, nullptr, 0};
    case mmu::fault_kind::emulate_store:
        if (const auto place = shadow.physical(detail.address); place) {
            return {mended::direct, {}, machine::at(*place), 0};
        }
        break;
    case mmu::fault_kind::mmio:
        return reach_device(machine, access, detail.address);
    case mmu::fault_kind::kill:
        break;
    }
    return {mended::fault, {access.at, 0, plane::kill_reason::memory}, nullptr, 0};
}

void store_direct(uint8_t* where, uint32_t bytes, uint32_t value) {
    const private_space scope;
    for (uint32_t i = 0; i < bytes; ++i) {
        where[i] = static_cast<uint8_t>(value >> (8 * i));
    }
}

} // namespace

guest_environment& guest() {
    return instance;
}

/// The fault's address is the instruction's, so its operands need not be looked at; the
/// kernel's rights are loaded, as it was the kernel that trapped.
bool access_register(gva at, mmu::access kind, gpa where) {
    vcpu_state& state = current_state();
    uint32_t word = 0;
    if ((state.frame.cpsr & CPSR_T) != 0 || (at.value() & 3) != 0 ||
        !guest_load_word(state.frame.pc, &word)) {
        return false;
    }
    const bool plain = (word & 0x0f600000) == 0x05000000 || (word & 0x0f600010) == 0x07000000;
    if (!plain || (word >> 12 & 15) == 15) {
        return false;
    }
    uint32_t& value = plane::reg(state, word >> 12);
    const private_space scope;
    const mending done =
        reach_device(scope.machine(), {at, kind, mmu::privilege::kernel, 4, value}, where);
    if (done.result == mended::fault) {
        return false;
    }
    if (kind == mmu::access::read) {
        value = done.value;
    }
    state.frame.pc += 4;
    return true;
}

Result<uint32_t, plane::access_fault>
guest_environment::use_device(gva at, mmu::access kind, uint32_t bytes, uint32_t value) {
    const private_space scope;
    const gpa where = device_.where + at.page_offset();
    const mending done =
        reach_device(scope.machine(), {at, kind, device_.level, bytes, value}, where);
    if (done.result == mended::fault) {
        return unexpected{done.fault};
    }
    return done.value;
}

Result<uint32_t, plane::access_fault> guest_environment::load(gva at, uint32_t bytes,
                                                              mmu::privilege level) {
    if (is_device(at, level)) {
        return use_device(at, mmu::access::read, bytes, 0);
    }
    for (;;) {
        hide_kernel_views(level);
        uint32_t value = 0;
        {
            const access_rights rights{level};
            if (load_once(at.value(), bytes, &value)) {
                return value;
            }
        }
        const mending done = mend({at, mmu::access::read, level, bytes, 0});
        if (done.result == mended::fault) {
            return unexpected{done.fault};
        }
        if (done.result == mended::device) {
            return done.value;
        }
    }
}

Result<void, plane::access_fault> guest_environment::store(gva at, uint32_t bytes, uint32_t value,
                                                           mmu::privilege level) {
    if (is_device(at, level)) {
        const auto done = use_device(at, mmu::access::write, bytes, value);
        return done ? Result<void, plane::access_fault>{} : unexpected{done.error()};
    }
    for (;;) {
        hide_kernel_views(level);
        {
            const access_rights rights{level};
            if (store_once(at.value(), bytes, value)) {
                return {};
            }
        }
        const mending done = mend({at, mmu::access::write, level, bytes, value});
        if (done.result == mended::fault) {
            return unexpected{done.fault};
        }
        if (done.result == mended::direct) {
            store_direct(done.where, bytes, value);
            return {};
        }
        if (done.result == mended::device) {
            return {};
        }
    }
}

/// The words stay in the retained image, which no guest reaches.
Result<uint32_t, plane::kill_reason> guest_environment::escape_word(uint32_t index) {
    const private_space scope;
    const boot::payload& table = scope.machine().config->escapes;
    if (index >= table.size / sizeof(uint32_t)) {
        return unexpected{plane::kill_reason::memory};
    }
    const uint8_t* const words = scope.whole().image().data + table.offset;
    return reinterpret_cast<const uint32_t*>(words)[index];
}

// Translation ------------------------------------------------------------------

uint32_t guest_environment::translation(plane::translation_register which) {
    const private_space scope;
    const mmu::translation_registers& registers = scope.machine().memory->shadow.registers();
    switch (which) {
    case plane::translation_register::ttbr0:
        return registers.ttbr0;
    case plane::translation_register::ttbr1:
        return registers.ttbr1;
    case plane::translation_register::ttbcr:
        return registers.ttbcr;
    case plane::translation_register::contextidr:
        return registers.contextidr;
    case plane::translation_register::prrr:
        return registers.prrr;
    case plane::translation_register::nmrr:
        return registers.nmrr;
    }
    return 0;
}

Result<void, plane::kill_reason>
guest_environment::set_translation(plane::translation_register which, uint32_t value) {
    const private_space scope;
    vm& machine = scope.machine();
    auto& shadow = machine.memory->shadow;
    bool accepted = true;
    switch (which) {
    case plane::translation_register::ttbr0:
        ++machine.counters.space_switches;
        shadow.set_ttbr0(value);
        break;
    case plane::translation_register::ttbr1:
        shadow.set_ttbr1(value);
        break;
    case plane::translation_register::ttbcr:
        accepted = shadow.set_ttbcr(value).has_value();
        break;
    case plane::translation_register::contextidr:
        shadow.set_contextidr(value);
        break;
    case plane::translation_register::prrr:
        shadow.set_prrr(value);
        break;
    case plane::translation_register::nmrr:
        shadow.set_nmrr(value);
        break;
    }
    take_context(machine);
    if (!accepted) {
        return unexpected{plane::kill_reason::long_descriptors};
    }
    return {};
}

void guest_environment::set_dacr(uint32_t value) {
    const private_space scope;
    vm& machine = scope.machine();
    machine.memory->shadow.set_dacr(value);
    take_context(machine);
}

void guest_environment::set_sctlr(uint32_t value) {
    const private_space scope;
    vm& machine = scope.machine();
    machine.memory->shadow.set_sctlr(value);
    take_context(machine);
}

void guest_environment::flush_tlb(plane::tlb_scope scope_wanted, uint32_t argument) {
    const private_space scope;
    vm& machine = scope.machine();
    ++machine.counters.flushes;
    auto& shadow = machine.memory->shadow;
    constexpr auto reason = mmu::flush_reason::unmapped;
    const gva at = gva{argument}.page();
    const uint8_t asid = static_cast<uint8_t>(argument);
    switch (scope_wanted) {
    case plane::tlb_scope::all:
        shadow.flush_all();
        checked::flushed(gva{0}, ALL_PAGES, checked::EVERY_ASID, true, reason);
        break;
    case plane::tlb_scope::address:
        shadow.flush_va(at, 1, asid, reason);
        checked::flushed(at, 1, asid, true, reason);
        break;
    case plane::tlb_scope::asid:
        shadow.flush_asid(asid, reason);
        checked::flushed(gva{0}, ALL_PAGES, asid, false, reason);
        break;
    case plane::tlb_scope::address_every_asid:
        shadow.flush_va_all_asids(at, 1, reason);
        checked::flushed(at, 1, checked::EVERY_ASID, true, reason);
        break;
    }
    take_context(machine);
}

uint32_t guest_environment::translate(gva at, mmu::access kind, mmu::privilege level) {
    const private_space scope;
    return scope.machine().memory->shadow.par_for(at, kind, level);
}

// Caches -------------------------------------------------------------------------

void guest_environment::cache(plane::cache_operation operation, plane::cache_target target,
                              uint32_t argument) {
    if (operation == plane::cache_operation::instruction ||
        operation == plane::cache_operation::branch) {
        cache::invalidate_code();
        return;
    }
    if (target == plane::cache_target::set_way) {
        cache::flush_set_way(argument);
        return;
    }
    if (target == plane::cache_target::all) {
        cache::flush_all_data();
        return;
    }
    const private_space scope;
    vm& machine = scope.machine();
    auto& shadow = machine.memory->shadow;
    const auto found =
        shadow.translate_for(gva{argument}, mmu::access::read, mmu::privilege::kernel);
    if (!found) {
        return;
    }
    if (const auto where = shadow.physical(*found); where) {
        cache::flush_data(machine::at(*where), 1);
    }
}

void guest_environment::barrier(plane::barrier_kind kind) {
    switch (kind) {
    case plane::barrier_kind::instruction:
        cpu::isb();
        break;
    case plane::barrier_kind::synchronization:
        cpu::dsb();
        break;
    case plane::barrier_kind::memory:
        cpu::dmb();
        break;
    }
}

// Privilege, floating point, time --------------------------------------------------

void guest_environment::privilege_changed(bool) {
    follow_privilege();
}

void guest_environment::fp_access_changed() {
    fp::access_changed();
}
uint32_t guest_environment::fpscr() {
    return fp::read_status();
}
void guest_environment::set_fpscr(uint32_t value) {
    fp::write_status(value);
}

uint64_t guest_environment::counter() {
    const private_space scope;
    return machine::ticks();
}

} // namespace paravane::arm
