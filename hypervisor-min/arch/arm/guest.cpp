// SPDX-License-Identifier: BSD-2-Clause
// The instruction plane's view of the current vCPU; see guest.hpp.
#include "arch/arm/guest.hpp"

#include "arch/arm/cache.hpp"
#include "arch/arm/deliver.hpp"
#include "arch/arm/fp.hpp"
#include "arch/arm/maintain.hpp"
#include "arch/arm/plane/mode.hpp"
#include "core/machine.hpp"

extern "C" {
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

constinit plane::environment instance{plane::place{}};

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

bool move_once(uint32_t at, bool write, uint32_t bytes, uint32_t& value) {
    switch (bytes) {
    case 4:
        return write ? guest_store_word(at, value) : guest_load_word(at, &value);
    case 2:
        return write ? guest_store_half(at, value) : guest_load_half(at, &value);
    default:
        return write ? guest_store_byte(at, value) : guest_load_byte(at, &value);
    }
}

/// What a fault on an access of ours in the guest's name led to.
enum class mended : uint8_t { retry, done, fault };

/// An access of the guest's, for as long as it is being done.
struct wanted {
    gva at;
    mmu::access kind;
    mmu::privilege level;
    uint32_t bytes;
    uint32_t& value;
};

mended failed(const wanted& access, uint32_t status) {
    instance.fault = {access.at, status};
    return mended::fault;
}

/// Where no RAM is: a device's register, or nothing.
mended reach_device(vm& machine, const wanted& access, gpa where) {
    const uint32_t offset = where - gpa{abi::DEVICE_PAGES};
    const bool write = access.kind == mmu::access::write;
    if (machine.devices != nullptr &&
        (write ? machine.devices->store(offset, access.bytes, access.value)
               : machine.devices->load(offset, access.bytes, access.value))) {
        return mended::done;
    }
    return failed(access, STATUS_EXTERNAL | (write ? STATUS_WRITE : 0));
}

/// To RAM that the guest's kernel may store to only through us.
mended store_direct(uint8_t* where, const wanted& access) {
    for (uint32_t i = 0; i < access.bytes; ++i) {
        where[i] = static_cast<uint8_t>(access.value >> (8 * i));
    }
    return mended::done;
}

mended mend(const wanted& access) {
    const private_space scope;
    vm& machine = scope.machine();
    auto& shadow = machine.memory->shadow;
    mmu::fault_detail detail;
    const mmu::fault_kind what = shadow.handle_fault(access.at, access.kind, access.level, detail);
    take_context(machine);
    switch (what) {
    case mmu::fault_kind::filled:
        return mended::retry;
    case mmu::fault_kind::guest:
        return failed(access, detail.fsr);
    case mmu::fault_kind::emulate_store:
        if (const auto place = shadow.physical(detail.address); place) {
            return store_direct(machine::at(*place), access);
        }
        break;
    case mmu::fault_kind::mmio:
        return reach_device(machine, access, detail.address);
    case mmu::fault_kind::kill:
        break;
    }
    return failed(access, plane::NO_ABORT);
}

} // namespace

plane::environment& guest() {
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
    const wanted access{at, kind, mmu::privilege::kernel, 4, value};
    if (reach_device(scope.machine(), access, where) == mended::fault) {
        return false;
    }
    state.frame.pc += 4;
    return true;
}

} // namespace paravane::arm

namespace paravane::arm::plane {

bool environment::move(gva at, mmu::access kind, uint32_t bytes, mmu::privilege level,
                       uint32_t& value) {
    const wanted access{at, kind, level, bytes, value};
    if (parts::DEVICES && at.page() == device.page && level == device.level) {
        const private_space scope;
        return reach_device(scope.machine(), access, device.where + at.page_offset()) ==
               mended::done;
    }
    mended result;
    do {
        hide_kernel_views(level);
        {
            const access_rights rights{level};
            if (move_once(at.value(), kind == mmu::access::write, bytes, value)) {
                return true;
            }
        }
        result = mend(access);
    } while (result == mended::retry);
    return result == mended::done;
}

/// The words stay in the retained image, which no guest reaches.
bool environment::escape_word(uint32_t index, uint32_t& word) {
    const private_space scope;
    const boot::payload& table = scope.machine().config->escapes;
    if (index >= table.size / sizeof(uint32_t)) {
        return false;
    }
    const uint8_t* const words = scope.whole().image().data + table.offset;
    word = reinterpret_cast<const uint32_t*>(words)[index];
    return true;
}

// Translation ------------------------------------------------------------------

uint32_t environment::translation(translation_register which) {
    using mmu::translation_words;
    static_assert(static_cast<uint8_t>(translation_register::contextidr) * 4 ==
                      offsetof(translation_words, contextidr) &&
                  static_cast<uint8_t>(translation_register::prrr) * 4 ==
                      offsetof(translation_words, prrr));
    const private_space scope;
    const translation_words& words = scope.machine().memory->shadow.registers();
    return reinterpret_cast<const uint32_t*>(&words)[static_cast<uint8_t>(which)];
}

bool environment::set_translation(translation_register which, uint32_t value) {
    const private_space scope;
    vm& machine = scope.machine();
    auto& shadow = machine.memory->shadow;
    bool accepted = true;
    switch (which) {
    case translation_register::ttbr0:
        ++machine.counters.space_switches;
        shadow.set_ttbr0(value);
        break;
    case translation_register::ttbr1:
        shadow.set_ttbr1(value);
        break;
    case translation_register::ttbcr:
        accepted = shadow.set_ttbcr(value).has_value();
        break;
    case translation_register::contextidr:
        shadow.set_contextidr(value);
        break;
    case translation_register::prrr:
        shadow.set_prrr(value);
        break;
    case translation_register::nmrr:
        shadow.set_nmrr(value);
        break;
    }
    take_context(machine);
    return accepted;
}

void environment::set_dacr(uint32_t value) {
    const private_space scope;
    vm& machine = scope.machine();
    machine.memory->shadow.set_dacr(value);
    take_context(machine);
}

void environment::set_sctlr(uint32_t value) {
    const private_space scope;
    vm& machine = scope.machine();
    machine.memory->shadow.set_sctlr(value);
    take_context(machine);
}

void environment::flush_tlb(tlb_scope scope_wanted, uint32_t argument) {
    const private_space scope;
    ++scope.machine().counters.flushes;
    flush(scope.machine(), scope_wanted, gva{argument}, 1, static_cast<uint8_t>(argument),
          mmu::flush_reason::unmapped);
}

uint32_t environment::translate(gva at, mmu::access kind, mmu::privilege level) {
    const private_space scope;
    return scope.machine().memory->shadow.par_for(at, kind, level);
}

// Caches -------------------------------------------------------------------------

void environment::cache(cache_operation operation, cache_target target, uint32_t argument) {
    if (operation == cache_operation::instruction || operation == cache_operation::branch) {
        cache::invalidate_code();
        return;
    }
    if (target == cache_target::set_way) {
        cache::flush_set_way(argument);
        return;
    }
    if (target == cache_target::all) {
        cache::flush_all_data();
        return;
    }
    const private_space scope;
    auto& shadow = scope.machine().memory->shadow;
    const auto found =
        shadow.translate_for(gva{argument}, mmu::access::read, mmu::privilege::kernel);
    if (!found) {
        return;
    }
    if (const auto where = shadow.physical(*found); where) {
        cache::flush_data(machine::at(*where), 1);
    }
}

/// A DSB is a DMB too.
void environment::barrier(barrier_kind kind) {
    if (kind == barrier_kind::instruction) {
        cpu::isb();
    } else {
        cpu::dsb();
    }
}

// Privilege, floating point, time --------------------------------------------------

void environment::privilege_changed(bool) {
    follow_privilege();
}
void environment::clear_monitor() {
    cpu::clrex();
}
void environment::set_thread_read_only(uint32_t value) {
    cpu::write_tpidruro(value);
}
uint32_t environment::thread_read_write() {
    return cpu::read_tpidrurw();
}
void environment::set_thread_read_write(uint32_t value) {
    cpu::write_tpidrurw(value);
}

void environment::fp_access_changed() {
    fp::access_changed();
}
uint32_t environment::fpscr() {
    return fp::read_status();
}
void environment::set_fpscr(uint32_t value) {
    fp::write_status(value);
}

uint64_t environment::counter() {
    const private_space scope;
    return machine::ticks();
}

} // namespace paravane::arm::plane
