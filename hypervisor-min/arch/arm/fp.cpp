// SPDX-License-Identifier: BSD-2-Clause
// Lazy switching of the floating-point unit; see fp.hpp.
#include "arch/arm/fp.hpp"

#include "lib/marks.hpp"

extern "C" {
void fp_save(uint64_t* registers, uint32_t* status);
void fp_load(const uint64_t* registers, const uint32_t* status);
}

namespace paravane::arm::fp {

namespace {

constexpr uint32_t EN = 1u << 30;

/// What the guest has enabled, for the mode that it is in.
bool enabled() {
    const vcpu_state& state = current_state();
    const uint32_t rights = (state.cp15.cpacr >> 20) & 3;
    return (state.fpexc & EN) != 0 && (rights == 3 || (for_kernel_alone() && !in_user_mode()));
}

bool owned() {
    return this_core.fp_owner == this_core.current;
}

/// CPACR, the owner or the current vCPU has changed.
void note_rights() {
    vcpu_state& state = current_state();
    const bool simple = ((state.cp15.cpacr >> 20) & 3) == 3;
    state.fp_quick = simple ? FP_QUICK | (owned() ? EN : 0) : 0;
}

} // namespace

PVN_BOOT_ONLY void init() {
    cpu::write_cpacr(cpu::read_cpacr() | 0xfu << 20);
    cpu::isb();
    cpu::write_fpexc(0);
    this_core.fp_owner = nullptr;
}

void access_changed() {
    if constexpr (!parts::FLOATING_POINT) {
        return;
    }
    cpu::write_fpexc(owned() && enabled() ? EN : 0);
    note_rights();
    if (for_kernel_alone()) {
        request_attention(current_state());
    }
}

bool take() {
    if (!parts::FLOATING_POINT || !enabled() || (cpu::read_fpexc() & EN) != 0) {
        return false;
    }
    cpu::write_fpexc(EN);
    if (!owned()) {
        const private_space scope;
        if (this_core.fp_owner != nullptr) {
            vcpu_state& old = this_core.fp_owner->arch;
            fp_save(old.fp_registers, &old.fpscr);
            old.fp_quick &= ~EN;
        }
        this_core.fp_owner = this_core.current;
        fp_load(current_state().fp_registers, &current_state().fpscr);
        note_rights();
    }
    return true;
}

void forget_current() {
    if constexpr (!parts::FLOATING_POINT) {
        return;
    }
    if (owned()) {
        this_core.fp_owner = nullptr;
    }
    cpu::write_fpexc(0);
    note_rights();
}

uint32_t read_status() {
    if (!owned()) {
        return current_state().fpscr;
    }
    const uint32_t before = cpu::read_fpexc();
    cpu::write_fpexc(EN);
    uint32_t value;
    asm volatile(".fpu neon\n\tvmrs %0, fpscr" : "=r"(value));
    cpu::write_fpexc(before);
    return value;
}

void write_status(uint32_t value) {
    if (!owned()) {
        current_state().fpscr = value;
        return;
    }
    const uint32_t before = cpu::read_fpexc();
    cpu::write_fpexc(EN);
    asm volatile(".fpu neon\n\tvmsr fpscr, %0" ::"r"(value));
    cpu::write_fpexc(before);
}

} // namespace paravane::arm::fp
