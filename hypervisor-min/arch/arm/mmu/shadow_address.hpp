// SPDX-License-Identifier: BSD-2-Clause
// Members of shadow_mmu that translate without touching a shadow: copy-in and
// copy-out, ATS1C*, and the ranges of cache maintenance.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm::mmu {

PVN_SHADOW
[[gnu::noinline]] Result<mapping, guest_fault> PVN_SELF::walk(gva va) {
    return guest_walk(regs_, *this)(va);
}

PVN_SHADOW
Result<mapping, guest_fault> PVN_SELF::walk_for(gva va, access kind, privilege level) {
    const mapping found = TRY(walk(va));
    if (!found.manager() && !found.permits(kind, level)) {
        return unexpected{found.permission_fault()};
    }
    return found;
}

PVN_SHADOW
Result<gpa, guest_fault> PVN_SELF::translate_for(gva va, access kind, privilege level) {
    const mapping found = TRY(walk_for(va, kind, level));
    return found.output(va);
}

PVN_SHADOW
uint32_t PVN_SELF::par_for(gva va, access kind, privilege level) {
    constexpr uint32_t PAR_FAULT = 1;
    constexpr uint32_t PAR_WRITE_BACK = (5u << 4) | (1u << 2);
    constexpr uint32_t PAR_DEVICE = 3u << 4;
    constexpr uint32_t PAR_STRONGLY_ORDERED = 1u << 4;
    const auto found = walk_for(va, kind, level);
    if (!found) {
        return PAR_FAULT | (static_cast<uint32_t>(found.error().status) << 1);
    }
    const memory_type type = regs_.type_of(found->texcb());
    return found->page().value() | (type == memory_type::normal   ? PAR_WRITE_BACK
                                    : type == memory_type::device ? PAR_DEVICE
                                                                  : PAR_STRONGLY_ORDERED);
}

PVN_SHADOW
template <class Visit>
void PVN_SELF::for_each_page(gva va, uint32_t bytes, privilege level, Visit visit) {
    while (bytes != 0) {
        const uint32_t left = PAGE_SIZE - va.page_offset();
        const uint32_t piece = bytes < left ? bytes : left;
        if (const auto where = translate_for(va, access::read, level)) {
            if (const auto backing = physical(*where)) {
                visit(va, *backing, piece);
            }
        }
        va = va + piece;
        bytes -= piece;
    }
}

} // namespace paravane::arm::mmu
