// SPDX-License-Identifier: BSD-2-Clause
// The shadow MMU of one VM: hardware tables filled on faults from the guest's
// tables, dropped when the guest flushes. The trap code calls it; it calls the
// port for memory, table visibility and TLB operations. The members are defined
// in shadow_space.hpp, shadow_fill.hpp and shadow_flush.hpp, included below.
#pragma once

#include "arch/arm/mmu/descriptor.hpp"
#include "arch/arm/mmu/domains.hpp"
#include "arch/arm/mmu/fault.hpp"
#include "arch/arm/mmu/guest_walk.hpp"
#include "arch/arm/mmu/memory_map.hpp"
#include "arch/arm/mmu/slot_set.hpp"
#include "arch/arm/mmu/table_pool.hpp"
#include "lib/address.hpp"
#include "lib/result.hpp"

#include <stdint.h>

namespace paravane::arm::mmu {

/// The hypervisor's window: privileged-only pages present in every space.
inline constexpr gva WINDOW_BASE{0xfffe0000};
inline constexpr uint32_t WINDOW_BYTES = 0x10000;
inline constexpr uint32_t WINDOW_PAGES = WINDOW_BYTES / PAGE_SIZE;
inline constexpr gva DEFAULT_VCPU_PAGE{0xff000000};

/// Why a guest flushes: it lets fork keep its read entries.
enum class flush_reason : uint8_t { unmapped, write_protected, identifier_reused };

/// What a VM's shadow MMU is made of. All pointers stay valid in the address
/// space in which the members run.
struct shadow_config {
    uint32_t* l1_frames{}; ///< spaces * 16 KiB, aligned to 16 KiB
    pa l1_address{};       ///< where they lie on the bus
    uint32_t spaces{};     ///< 3 … limits.spaces; one of them is the kernel's own
    uint32_t* l2_frames{}; ///< tables * 1 KiB, aligned to 1 KiB
    pa l2_address{};
    uint32_t tables{};               ///< 10 … limits.tables
    uint32_t window[WINDOW_PAGES]{}; ///< small-page descriptors, privileged-only
    pa vcpu_page{};
    gva vcpu_page_at{DEFAULT_VCPU_PAGE}; ///< not in megabyte 0xfff
    uint32_t ttbr_flags{};               ///< cacheability of walks, or'ed into TTBR0
    uint32_t normal_page{0x4c};          ///< TEX, C, B, S of a small page of RAM: write-back
    uint8_t first_asid{1};               ///< spaces use first_asid … first_asid + spaces - 1
    /// Marks every guest entry non-global, so that a VM switch between VMs with
    /// disjoint ASIDs needs no TLB flush. Otherwise guest-global entries are
    /// global in the TLB and the switch must invalidate all of it.
    bool partition_asids{false};
    const memory_map* memory{};
};

enum class config_error : uint8_t { spaces, tables, alignment, vcpu_page, asids, memory };
enum class register_error : uint8_t { long_descriptors };

/// What to load before the guest runs in this space.
struct hw_context {
    uint32_t ttbr0;
    uint32_t contextidr;
};

struct shadow_counters {
    uint32_t fills;
    uint32_t prefills;
    uint32_t spurious; ///< the entry was right; only the TLB was stale
    uint32_t spaces_made;
    uint32_t spaces_evicted;
    uint32_t tables_evicted;
    uint32_t view_flips;
    uint32_t resets; ///< everything dropped at once
};

struct pt_change {
    gva va;
    uint8_t asid;
    flush_reason reason;
    bool prefill; ///< the new entry is valid and about to be used
};

struct shadow_limits {
    uint32_t spaces = 17;
    uint32_t tables = 128;
};

/// `Port` is the machine below:
///   uint32_t read_physical(pa)              one load of guest RAM, by the linear map
///   void table_written(uint32_t*, uint32_t) words of a shadow table have changed
///   void synchronize()                      they and the TLB operations take effect
///   void invalidate_va(gva)                 TLB, that page in every ASID
///   void invalidate_asid(uint8_t)           TLB, non-global entries of an ASID
///   void invalidate_all()                   TLB and branch predictor
///
/// Rules for the caller:
///  - load context() and the DACR of the mode that runs next before every entry;
///    any member but translate_for, physical and the const ones may change them;
///  - call restore_user_views() before virtual user runs when views_flipped();
///  - tell alignment, external and debug aborts apart by the hardware's FSR first:
///    handle_fault is for translation, domain and permission faults;
///  - the hypervisor's own space uses an ASID outside the VM's and nG pages, or
///    addresses that no guest can name.
template <class Port, shadow_limits Limits = shadow_limits{}>
class shadow_mmu {
public:
    explicit shadow_mmu(Port& port) : port_{port} {}
    shadow_mmu(const shadow_mmu&) = delete;
    shadow_mmu& operator=(const shadow_mmu&) = delete;

    /// Starts with the MMU off and every frame empty; also the VM's restart.
    Result<void, config_error> init(const shadow_config& config);

    // Translation registers of the guest -----------------------------------
    const translation_registers& registers() const { return regs_; }
    /// TTBR0 and CONTEXTIDR at once: the context switch, at most 60 instructions
    /// when the space is cached. Never builds anything.
    void switch_space(uint32_t ttbr0, uint32_t contextidr);
    void set_ttbr0(uint32_t value) { switch_space(value, regs_.contextidr); }
    void set_contextidr(uint32_t value) { switch_space(regs_.ttbr0, value); }
    void set_ttbr1(uint32_t value);
    Result<void, register_error> set_ttbcr(uint32_t value);
    void set_dacr(uint32_t value);
    /// M, TRE and AFE matter here; the rest is kept for reading back.
    void set_sctlr(uint32_t value);
    void set_prrr(uint32_t value);
    void set_nmrr(uint32_t value) { regs_.nmrr = value; }

    // What the hardware needs -------------------------------------------------
    hw_context context() const { return context_; }
    uint32_t dacr_kernel() const { return dacr_.kernel; }
    uint32_t dacr_user() const { return dacr_.user; }
    /// A kernel view of a mixed megabyte is in place and must go before virtual
    /// user runs.
    bool views_flipped() const { return flips_ != 0; }
    void restore_user_views();

    // Faults ---------------------------------------------------------------------
    /// Classifies and, when it is ours, mends a fault at `va`. `prefill` is how
    /// many pages around it (an aligned group, 1 or 8) are filled on the way.
    /// `detail` is written unless the result is `filled`.
    fault_kind handle_fault(gva va, access kind, privilege level, fault_detail& detail,
                            uint32_t prefill = 1);

    // Flushes: each touches what it names, here and in the TLB --------------------
    /// TLBIMVA for `pages` pages from `va` (nG entries of `asid`, and global ones).
    void flush_va(gva va, uint32_t pages, uint8_t asid, flush_reason reason);
    /// TLBIMVAA: the same in every ASID.
    void flush_va_all_asids(gva va, uint32_t pages, flush_reason reason);
    /// TLBIASID: non-global entries of `asid`.
    void flush_asid(uint8_t asid, flush_reason reason);
    /// TLBIALL; also after a change of the VM's memory map.
    void flush_all();
    /// A batch of changed descriptors in one call.
    void pt_update(const pt_change* changes, uint32_t count);

    // Addresses, without touching a shadow -------------------------------------
    /// Copy-in, copy-out, and ATS1C*: where `va` leads for that access.
    Result<gpa, guest_fault> translate_for(gva va, access kind, privilege level);
    /// PAR as ATS1C* leaves it (ARM ARM B4.1.112); addresses in it are guest-physical.
    uint32_t par_for(gva va, access kind, privilege level);
    Result<pa, memory_error> physical(gpa address) const { return config_.memory->ram(address); }
    Result<uint32_t, memory_error> read_word(gpa address) {
        const pa where = TRY(config_.memory->ram(address));
        return port_.read_physical(where);
    }
    /// Calls `visit(gva, pa, bytes)` for each piece of [va, va + bytes) that reads
    /// as RAM; skips nothing: stops at the first fault and returns it.
    template <class Visit>
    Result<void, guest_fault> for_each_page(gva va, uint32_t bytes, privilege level, Visit visit);

    const shadow_counters& counters() const { return counters_; }

private:
    template <class P, shadow_limits L>
    friend class shadow_checker;

    Port& port_;
    shadow_config config_{};
    translation_registers regs_{};
    hw_context context_{};
    dacr_pair dacr_{1, 1};
    uint32_t flips_{0};
    shadow_counters counters_{};
};

} // namespace paravane::arm::mmu
