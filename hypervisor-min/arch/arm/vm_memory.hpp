// SPDX-License-Identifier: BSD-2-Clause
// A VM's guest-physical map and shadow MMU on this hardware. Lives in the linear
// map; used in the private space.
#pragma once

#include "arch/arm/cpu.hpp"
#include "arch/arm/mmu/shadow.hpp"
#include "core/vm.hpp"

namespace paravane::arm {

/// What the shadow MMU asks of the machine. Table walks of the cores we run on look
/// into the L1 data cache (ID_MMFR3[23:20] = 1), so tables need no cleaning.
struct mmu_port {
    uint32_t read_physical(pa where) const {
        return *reinterpret_cast<const volatile uint32_t*>(static_cast<uintptr_t>(where.value()));
    }
    void table_written(uint32_t*, uint32_t) const {}
    void synchronize() const {
        cpu::dsb();
        cpu::isb();
    }
    /// The branch predictor goes with the caches (ARM ARM B4.2.1).
    void invalidate_code() const { cpu::write_iciallu(0); }
    void invalidate_va(gva at) const {
        cpu::dsb();
        cpu::write_tlbimvaa(at.page().value());
    }
    void invalidate_asid(uint8_t asid) const {
        cpu::dsb();
        cpu::write_tlbiasid(asid);
    }
    void invalidate_all() const {
        cpu::dsb();
        cpu::write_tlbiall(0);
        cpu::write_bpiall(0);
    }
};

struct vm_memory {
    mmu::memory_map map;
    mmu_port port;
    mmu::shadow_mmu<mmu_port> shadow{port};
};

/// shadow.cpp has it.
extern template class mmu::shadow_mmu<mmu_port>;

/// Takes over what the hardware must be loaded with after any change in the shadow.
inline void take_context(vm& machine) {
    vcpu_state& state = machine.cpu->arch;
    mmu::shadow_mmu<mmu_port>& shadow = machine.memory->shadow;
    if (shadow.take_changed()) {
        state.guest_context = {shadow.context().ttbr0, shadow.context().contextidr};
        state.kernel.dacr = shadow.dacr_kernel();
        state.user.dacr = shadow.dacr_user();
    }
    if (shadow.views_flipped()) {
        request_attention(state);
    }
}

} // namespace paravane::arm
