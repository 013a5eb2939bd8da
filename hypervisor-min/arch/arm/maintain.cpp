// SPDX-License-Identifier: BSD-2-Clause
// Flushes; see maintain.hpp.
#include "arch/arm/maintain.hpp"

#include "arch/arm/checked.hpp"

namespace paravane::arm {

void flush(vm& machine, plane::tlb_scope scope, gva at, uint32_t pages, uint8_t asid,
           mmu::flush_reason reason) {
    auto& shadow = machine.memory->shadow;
    at = at.page();
    switch (scope) {
    case plane::tlb_scope::all:
        shadow.flush_all();
        checked::flushed(gva{0}, ALL_PAGES, checked::EVERY_ASID, true, reason);
        break;
    case plane::tlb_scope::address:
        shadow.flush_va(at, pages, asid, reason);
        checked::flushed(at, pages, asid, true, reason);
        break;
    case plane::tlb_scope::asid:
        shadow.flush_asid(asid, reason);
        checked::flushed(gva{0}, ALL_PAGES, asid, false, reason);
        break;
    case plane::tlb_scope::address_every_asid:
        shadow.flush_va_all_asids(at, pages, reason);
        checked::flushed(at, pages, checked::EVERY_ASID, true, reason);
        break;
    }
    take_context(machine);
}

} // namespace paravane::arm
