// SPDX-License-Identifier: BSD-2-Clause
// Walks a guest's short-descriptor tables as the ARM ARM has it (B3.5, B3.12),
// each descriptor read once. Knows nothing of shadows; shadow_fill.hpp uses the
// result, and so do the address-translation operations.
#pragma once

#include "arch/arm/mmu/descriptor.hpp"
#include "arch/arm/mmu/fault.hpp"
#include "arch/arm/mmu/memory_map.hpp"
#include "lib/address.hpp"
#include "lib/result.hpp"

#include <stdint.h>

namespace paravane::arm::mmu {

/// The guest's translation registers, with what a walk needs worked out at the
/// (rare) write.
class translation_registers {
public:
    uint32_t ttbr0{0};
    uint32_t ttbr1{0};
    uint32_t ttbcr{0};
    uint32_t contextidr{0};
    uint32_t dacr{0};
    uint32_t sctlr{0};
    uint32_t prrr{0};
    uint32_t nmrr{0};

    /// As a core leaves reset: MMU off.
    constexpr void reset() {
        *this = translation_registers{};
        prrr = 0x00098aa4;
        nmrr = 0x44e048e0;
        derive();
    }

    constexpr uint8_t asid() const { return static_cast<uint8_t>(contextidr); }
    constexpr bool enabled() const { return (sctlr & SCTLR_M) != 0; }
    /// With the MMU off every domain counts as client.
    constexpr uint32_t effective_dacr() const { return enabled() ? dacr : 0x55555555; }

    /// Call after a change of ttbcr, ttbr1, sctlr or prrr.
    constexpr void derive() {
        const uint32_t n = ttbcr & TTBCR_N;
        upper_mask_ = n == 0 ? 0 : ~(~0u >> n);
        lower_base_mask_ = ~((L1_BYTES >> n) - 1);
        device_set_ = 0;
        ordered_set_ = 0;
        for (uint32_t texcb = 0; texcb < 32; ++texcb) {
            const memory_type type = decode(texcb);
            device_set_ |= (type != memory_type::normal ? 1u : 0u) << texcb;
            ordered_set_ |= (type == memory_type::strongly_ordered ? 1u : 0u) << texcb;
        }
    }

    /// Where the first-level descriptor for `va` lies (ARM ARM B3.5.4, B3.5.5).
    constexpr gpa l1_slot(gva va) const {
        const uint32_t index = (va.value() >> SECTION_SHIFT) << 2;
        if ((va.value() & upper_mask_) != 0) {
            return gpa{(ttbr1 & ~(L1_BYTES - 1)) | index};
        }
        return gpa{(ttbr0 & lower_base_mask_) | index};
    }

    /// TTBCR.PD0 and PD1: no walk from that base register.
    constexpr bool walk_disabled(gva va) const {
        if ((ttbcr & (TTBCR_PD0 | TTBCR_PD1)) == 0) [[likely]] {
            return false;
        }
        return (ttbcr & ((va.value() & upper_mask_) != 0 ? TTBCR_PD1 : TTBCR_PD0)) != 0;
    }

    /// The part of TTBR0 that names a table.
    constexpr uint32_t lower_base_mask() const { return lower_base_mask_; }

    constexpr memory_type type_of(uint32_t texcb) const {
        if (((device_set_ >> texcb) & 1) == 0) [[likely]] {
            return memory_type::normal;
        }
        return ((ordered_set_ >> texcb) & 1) != 0 ? memory_type::strongly_ordered
                                                  : memory_type::device;
    }

private:
    constexpr memory_type decode(uint32_t texcb) const {
        if ((sctlr & SCTLR_TRE) != 0) {
            const uint32_t type = (prrr >> ((texcb & 7) * 2)) & 3;
            return type == 2   ? memory_type::normal
                   : type == 1 ? memory_type::device
                               : memory_type::strongly_ordered;
        }
        if (texcb == 0) {
            return memory_type::strongly_ordered;
        }
        return texcb == 1 || texcb == 8 ? memory_type::device : memory_type::normal;
    }

    uint32_t upper_mask_{0};
    uint32_t lower_base_mask_{0};
    uint32_t device_set_{0};
    uint32_t ordered_set_{0};
};

/// What the guest's tables say about one address.
struct mapping {
    gpa output{};     ///< of the address itself, not of its page
    uint32_t table{}; ///< guest second-level table, or the section's base | 1
    uint8_t ap{};     ///< AP[2:0], access flag folded out
    uint8_t domain{};
    uint8_t domain_rights{}; ///< 1 client, 3 manager
    memory_type type{memory_type::normal};
    bool execute_never{};
    bool global{};

    constexpr bool is_section() const { return (table & 1) != 0; }
    constexpr bool manager() const { return domain_rights == 3; }

    /// Client permissions; the caller deals with manager.
    constexpr bool permits(access kind, privilege level) const {
        const bool user = level == privilege::user;
        if (kind == access::write) {
            return ap_in(user ? AP_USER_WRITE : AP_KERNEL_WRITE, ap);
        }
        return ap_in(user ? AP_USER_READ : AP_KERNEL_READ, ap) &&
               !(kind == access::execute && execute_never);
    }
    constexpr bool user_may_read() const { return ap_in(AP_USER_READ, ap); }

    constexpr guest_fault permission_fault() const {
        return {is_section() ? fault_status::permission_section : fault_status::permission_page,
                domain};
    }
};

/// One walk. `Memory` gives `Result<uint32_t, memory_error> read_word(gpa)`; a
/// table outside RAM is an external abort on the walk. Permissions are not
/// checked here: domain "no access" is.
template <class Memory>
class guest_walk {
public:
    constexpr guest_walk(const translation_registers& registers, Memory& memory)
        : registers_{registers}, memory_{memory} {}

    Result<mapping, guest_fault> operator()(gva va) const {
        if (!registers_.enabled()) [[unlikely]] {
            return flat(va);
        }
        if (registers_.walk_disabled(va)) [[unlikely]] {
            return unexpected{guest_fault{fault_status::translation_section, 0}};
        }
        const auto first = memory_.read_word(registers_.l1_slot(va));
        if (!first) [[unlikely]] {
            return unexpected{guest_fault{fault_status::walk_abort_l1, 0}};
        }
        switch (*first & L1_TYPE_MASK) {
        case L1_TABLE:
            return page(va, *first);
        case L1_SECTION:
            return section_from(va, *first);
        default:
            return unexpected{guest_fault{fault_status::translation_section, 0}};
        }
    }

    /// What descriptor `second` of the second-level table `table` gives `va`.
    Result<mapping, guest_fault> page_from(gva va, uint32_t table, uint8_t domain,
                                           uint32_t second) const {
        mapping found;
        found.table = table;
        found.domain = domain;
        uint32_t texcb = (second >> 2) & 3;
        if ((second & L2_SMALL) != 0) [[likely]] {
            found.output = gpa{(second & SMALL_BASE) | va.page_offset()};
            found.execute_never = (second & SMALL_XN) != 0;
            texcb |= (second >> 4) & 0x1c;
        } else if ((second & L2_TYPE_MASK) == L2_LARGE) {
            found.output = gpa{(second & 0xffff0000) | (va.value() & 0xffff)};
            found.execute_never = (second & (1u << 15)) != 0;
            texcb |= (second >> 10) & 0x1c;
        } else {
            return unexpected{guest_fault{fault_status::translation_page, domain}};
        }
        found.type = registers_.type_of(texcb);
        found.global = (second & SMALL_NG) == 0;
        found.ap = static_cast<uint8_t>(((second >> 4) & 3) | ((second >> 7) & 4));
        return checked(found, fault_status::access_flag_page, fault_status::domain_page);
    }

    /// What a section or supersection descriptor gives `va`.
    Result<mapping, guest_fault> section_from(gva va, uint32_t first) const {
        mapping found;
        found.domain = (first >> L1_DOMAIN_SHIFT) & 0xf;
        found.output = gpa{(first & SECTION_BASE) | va.section_offset()};
        if ((first & L1_SUPERSECTION) != 0) {
            if ((first & 0x00f001e0) != 0) {
                return unexpected{guest_fault{fault_status::external_abort, 0}};
            }
            found.domain = 0;
            found.output = gpa{(first & 0xff000000) | (va.value() & 0x00ffffff)};
        }
        found.table = found.output.section().value() | 1;
        found.execute_never = (first & SECTION_XN) != 0;
        found.global = (first & SECTION_NG) == 0;
        found.type = registers_.type_of(((first >> 10) & 0x1c) | ((first >> 2) & 3));
        found.ap = static_cast<uint8_t>(((first >> 10) & 3) | ((first >> 13) & 4));
        return checked(found, fault_status::access_flag_section, fault_status::domain_section);
    }

private:
    static Result<mapping, guest_fault> flat(gva va) {
        mapping found;
        found.output = gpa{va.value()};
        found.table = (va.value() & SECTION_BASE) | 1;
        found.ap = AP_FULL;
        found.domain_rights = 1;
        found.global = true;
        return found;
    }

    Result<mapping, guest_fault> page(gva va, uint32_t first) const {
        const uint32_t table = first & L1_TABLE_BASE;
        const uint8_t domain = (first >> L1_DOMAIN_SHIFT) & 0xf;
        const uint32_t index = (va.value() >> PAGE_SHIFT) & (L2_ENTRIES - 1);
        const auto second = memory_.read_word(gpa{table | (index << 2)});
        if (!second) [[unlikely]] {
            return unexpected{guest_fault{fault_status::walk_abort_l2, domain}};
        }
        return page_from(va, table, domain, *second);
    }

    Result<mapping, guest_fault> checked(mapping found, fault_status flag,
                                         fault_status domain) const {
        if ((registers_.sctlr & SCTLR_AFE) != 0) [[unlikely]] {
            if ((found.ap & 1) == 0) {
                return unexpected{guest_fault{flag, found.domain}};
            }
        }
        found.domain_rights = (registers_.dacr >> (2 * found.domain)) & 3;
        if ((found.domain_rights & 1) == 0) [[unlikely]] {
            return unexpected{guest_fault{domain, found.domain}};
        }
        return found;
    }

    const translation_registers& registers_;
    Memory& memory_;
};

} // namespace paravane::arm::mmu
