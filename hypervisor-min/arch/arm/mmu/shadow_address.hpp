// SPDX-License-Identifier: BSD-2-Clause
// Members of shadow_mmu that translate without touching a shadow: copy-in and
// copy-out, ATS1C*, and the ranges of cache maintenance.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm::mmu {

#define PVN_SHADOW template <class Port, shadow_limits Limits>
#define PVN_SELF shadow_mmu<Port, Limits>

PVN_SHADOW
Result<gpa, guest_fault> PVN_SELF::translate_for(gva va, access kind, privilege level) {
    const mapping found = TRY(guest_walk(regs_, *this)(va));
    if (!found.manager() && !found.permits(kind, level)) {
        return unexpected{found.permission_fault()};
    }
    return found.output;
}

PVN_SHADOW
uint32_t PVN_SELF::par_for(gva va, access kind, privilege level) {
    constexpr uint32_t PAR_FAULT = 1;
    constexpr uint32_t PAR_WRITE_BACK = (5u << 4) | (1u << 2);
    constexpr uint32_t PAR_DEVICE = 3u << 4;
    constexpr uint32_t PAR_STRONGLY_ORDERED = 1u << 4;
    const auto walked = guest_walk(regs_, *this)(va);
    const auto failed = [](fault_status status) {
        return PAR_FAULT | (static_cast<uint32_t>(status) << 1);
    };
    if (!walked) {
        return failed(walked.error().status);
    }
    if (!walked->manager() && !walked->permits(kind, level)) {
        return failed(walked->permission_fault().status);
    }
    const uint32_t page = walked->output.page().value();
    switch (walked->type) {
    case memory_type::normal:
        return page | PAR_WRITE_BACK;
    case memory_type::device:
        return page | PAR_DEVICE;
    default:
        return page | PAR_STRONGLY_ORDERED;
    }
}

PVN_SHADOW
template <class Visit>
Result<void, guest_fault> PVN_SELF::for_each_page(gva va, uint32_t bytes, privilege level,
                                                  Visit visit) {
    while (bytes != 0) {
        const uint32_t left = PAGE_SIZE - va.page_offset();
        const uint32_t piece = bytes < left ? bytes : left;
        const gpa where = TRY(translate_for(va, access::read, level));
        const auto backing = physical(where);
        if (!backing) {
            return unexpected{guest_fault{fault_status::external_abort, 0}};
        }
        visit(va, *backing, piece);
        va = va + piece;
        bytes -= piece;
    }
    return {};
}

} // namespace paravane::arm::mmu
