// SPDX-License-Identifier: BSD-2-Clause
// The check of a checked build, called by entry.S before each long return; the short
// ways through entry.S change no shadow. Not part of a release image.
#include "arch/arm/checked.hpp"

#include "arch/arm/mmu/verify.hpp"
#include "arch/arm/per_core.hpp"
#include "arch/arm/vm_memory.hpp"
#include "core/log.hpp"
#include "core/machine.hpp"

namespace paravane::arm {

namespace {

/// Of one VM since its last check.
constinit mmu::flush_log flushes{};
constinit const vm* flusher = nullptr;

[[noreturn]] void give_up(const vm& machine, uint32_t kind, gva where, uint32_t descriptor) {
    log_line(blame::hypervisor, machine.config->id)
        << "shadow check: violation " << kind << " at " << hex{where.value()} << ", entry "
        << hex{descriptor};
    machine::power_off(true);
}

/// What is loaded must be what the shadow wants loaded.
bool loaded_right(const vm& machine) {
    const vcpu_state& state = machine.cpu->arch;
    const auto& shadow = machine.memory->shadow;
    return state.guest_context.ttbr0 == shadow.context().ttbr0 &&
           state.guest_context.contextidr == shadow.context().contextidr &&
           state.kernel.dacr == shadow.dacr_kernel() && state.user.dacr == shadow.dacr_user() &&
           (!in_user_mode() || !shadow.views_flipped());
}

} // namespace

namespace checked {

void flushed(gva first, uint32_t pages, uint16_t asid, bool globals, mmu::flush_reason reason) {
    if (flusher != current().owner) {
        flushes.clear();
        flusher = current().owner;
    }
    if (pages != 0) {
        const uint32_t last = first.value() + (pages - 1) * PAGE_SIZE;
        flushes.add({first, gva{last < first.value() ? ~0u : last}, asid, globals, reason});
    }
}

} // namespace checked

extern "C" void verify_return() {
    const private_space scope;
    vm& machine = scope.machine();
    if (!loaded_right(machine)) {
        give_up(machine, 0, gva{0}, 0);
    }
    const bool own = flusher == &machine;
    mmu::shadow_checker checker{machine.memory->shadow, own ? &flushes : nullptr};
    const auto outcome = checker.verify_live();
    if (!outcome) {
        const mmu::violation& found = outcome.error();
        give_up(machine, static_cast<uint32_t>(found.kind), found.where, found.descriptor);
    }
    if (own) {
        flushes.clear();
    }
}

} // namespace paravane::arm
