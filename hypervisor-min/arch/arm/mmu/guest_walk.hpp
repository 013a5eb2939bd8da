// SPDX-License-Identifier: BSD-2-Clause
// Walks a guest's short-descriptor tables as the ARM ARM has it (B3.5, B3.12),
// each descriptor read once. Knows nothing of shadows; shadow_fill.hpp uses the
// result, and so do the address-translation operations.
#pragma once

#include "arch/arm/mmu/descriptor.hpp"
#include "arch/arm/mmu/fault.hpp"
#include "arch/arm/mmu/memory_map.hpp"
#include "lib/address.hpp"
#include "lib/parts.hpp"
#include "lib/result.hpp"

#include <stdint.h>

namespace paravane::arm::mmu {

/// The guest's translation registers as it wrote them.
struct translation_words {
    uint32_t ttbr0{0};
    uint32_t ttbr1{0};
    uint32_t ttbcr{0};
    uint32_t contextidr{0};
    uint32_t dacr{0};
    uint32_t sctlr{0};
    uint32_t prrr{0};
    uint32_t nmrr{0};
};

/// With what a walk needs worked out at the (rare) write.
class translation_registers : public translation_words {
public:
    /// As a core leaves reset: MMU off. derive() is the caller's.
    constexpr void reset() {
        *this = translation_registers{};
        prrr = 0x00098aa4;
        nmrr = 0x44e048e0;
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
        if (is_upper(va)) {
            return gpa{(ttbr1 & ~(L1_BYTES - 1)) | ((va.value() >> SECTION_SHIFT) << 2)};
        }
        return lower_l1_slot(va);
    }
    constexpr bool is_upper(gva va) const { return (va.value() & upper_mask_) != 0; }
    constexpr gpa lower_l1_slot(gva va) const {
        return gpa{(ttbr0 & lower_base_mask_) | ((va.value() >> SECTION_SHIFT) << 2)};
    }

    /// TTBCR.PD0 and PD1: no walk from that base register.
    constexpr bool walk_disabled(gva va) const {
        if ((ttbcr & (TTBCR_PD0 | TTBCR_PD1)) == 0) [[likely]] {
            return false;
        }
        return (ttbcr & (is_upper(va) ? TTBCR_PD1 : TTBCR_PD0)) != 0;
    }

    /// Where the words lie that say what bits 11-0 of a second-level descriptor mean, or 0:
    /// what the ARM ARM says.
    gpa page_format{0};

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

/// Bits 11-0 of a descriptor as the guest wrote them, or none that one has: known where it
/// may have a format of its own.
template <bool Kept>
struct kept_bits {
    uint32_t value{~0u};
    constexpr uint32_t of(uint32_t) const { return value; }
};
template <>
struct kept_bits<false> {
    constexpr explicit kept_bits(uint32_t = 0) {}
    constexpr uint32_t of(uint32_t word) const { return word & ~SMALL_BASE; }
};
using written_bits = kept_bits<parts::PAGE_FORMATS>;

/// What the guest's tables say about one page, whatever kind of descriptor said it.
struct mapping {
    uint32_t word{};  ///< as a small page's descriptor would say it
    uint32_t table{}; ///< guest second-level table, or the section's base | 1
    uint8_t domain{};
    uint8_t domain_rights{1};                     ///< 1 client, 3 manager
    [[no_unique_address]] written_bits written{}; ///< of a small page

    constexpr gpa page() const { return gpa{word & SMALL_BASE}; }
    constexpr gpa output(gva va) const { return page() + va.page_offset(); }
    constexpr uint32_t ap() const { return small_ap(word); }
    constexpr bool execute_never() const { return (word & SMALL_XN) != 0; }
    constexpr bool global() const { return (word & SMALL_NG) == 0; }
    constexpr uint32_t texcb() const { return ((word >> 4) & 0x1c) | ((word >> 2) & 3); }
    constexpr bool is_section() const { return (table & 1) != 0; }
    constexpr bool manager() const { return domain_rights == 3; }

    /// Client permissions; the caller deals with manager.
    constexpr bool permits(access kind, privilege level) const {
        const bool user = level == privilege::user;
        if (kind == access::write) {
            return ap_in(user ? AP_USER_WRITE : AP_KERNEL_WRITE, ap());
        }
        return ap_in(user ? AP_USER_READ : AP_KERNEL_READ, ap()) &&
               !(kind == access::execute && execute_never());
    }
    /// What the guest's descriptors of small pages like this one have in common.
    constexpr uint32_t low_bits() const { return written.of(word); }
    constexpr bool user_may_read() const { return ap_in(AP_USER_READ, ap()); }

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
        if ((*first & L1_TYPE_MASK) == L1_TABLE) [[likely]] {
            return page(va, *first);
        }
        if ((*first & L1_TYPE_MASK) == L1_SECTION) {
            return section_from(va, *first);
        }
        return unexpected{guest_fault{fault_status::translation_section, 0}};
    }

    /// What descriptor `second` of the second-level table `table` gives `va`.
    Result<mapping, guest_fault> page_from(gva va, uint32_t table, uint8_t domain,
                                           uint32_t second) const {
        uint32_t low_bits = second & ~SMALL_BASE;
        if (parts::PAGE_FORMATS && registers_.page_format.value() != 0) {
            const auto meant = memory_.read_word(registers_.page_format + low_bits * 4);
            const bool page = (second & L2_TYPE_MASK) != 0 && meant && (*meant & L2_SMALL) != 0;
            second = page ? (second & SMALL_BASE) | (*meant & ~SMALL_BASE) : 0;
        }
        if ((second & L2_SMALL) == 0) [[unlikely]] {
            if ((second & L2_TYPE_MASK) != L2_LARGE) {
                return unexpected{guest_fault{fault_status::translation_page, domain}};
            }
            second = large_as_small(va, second);
            low_bits = second & ~SMALL_BASE;
        }
        return checked({second, table, domain, 1, written_bits{low_bits}},
                       fault_status::access_flag_page, fault_status::domain_page);
    }

    /// What a section or supersection descriptor gives `va`.
    Result<mapping, guest_fault> section_from(gva va, uint32_t first) const {
        uint32_t base = (first & SECTION_BASE) | (va.value() & 0x000ff000);
        uint8_t domain = (first >> L1_DOMAIN_SHIFT) & 0xf;
        if ((first & L1_SUPERSECTION) != 0) {
            if ((first & 0x00f001e0) != 0) {
                return unexpected{guest_fault{fault_status::external_abort, 0}};
            }
            base = (first & 0xff000000) | (va.value() & 0x00fff000);
        }
        return checked({base | section_as_small(first), (base & SECTION_BASE) | 1, domain},
                       fault_status::access_flag_section, fault_status::domain_section);
    }

private:
    static Result<mapping, guest_fault> flat(gva va) {
        return mapping{va.page().value() | SMALL_READ_WRITE | FLAT_NORMAL | L2_SMALL,
                       (va.value() & SECTION_BASE) | 1};
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
        if ((registers_.sctlr & SCTLR_AFE) != 0 && (found.word & SMALL_AP0) == 0) [[unlikely]] {
            return unexpected{guest_fault{flag, found.domain}};
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
