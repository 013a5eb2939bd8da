// SPDX-License-Identifier: BSD-2-Clause
// The shadow MMU of one VM: hardware tables filled on faults from the guest's
// tables, dropped when the guest flushes. The trap code calls it; it calls the
// port for memory, table visibility and TLB operations. The members are defined
// in the files shadow_*.hpp, included below.
#pragma once

#include "arch/arm/mmu/descriptor.hpp"
#include "arch/arm/mmu/domains.hpp"
#include "arch/arm/mmu/fault.hpp"
#include "arch/arm/mmu/guest_walk.hpp"
#include "arch/arm/mmu/memory_map.hpp"
#include "arch/arm/mmu/slot_set.hpp"
#include "arch/arm/mmu/table_pool.hpp"
#include "lib/address.hpp"
#include "lib/marks.hpp"
#include "lib/parts.hpp"
#include "lib/result.hpp"

#include <stdint.h>

namespace paravane::arm::mmu {

/// The hypervisor's window: privileged-only pages present in every space.
inline constexpr gva WINDOW_BASE{0xfffe0000};
inline constexpr uint32_t WINDOW_BYTES = 0x10000;
inline constexpr uint32_t WINDOW_PAGES = WINDOW_BYTES / PAGE_SIZE;
inline constexpr uint32_t WINDOW_ENTRY = (WINDOW_BASE.value() >> PAGE_SHIFT) % L2_ENTRIES;
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
    const memory_map* memory{};
    bool quick{true}; ///< false: every fill takes the long way, where traces are
};

enum class config_error : uint8_t { spaces, tables, alignment, vcpu_page, asids, memory };
enum class register_error : uint8_t { long_descriptors };

/// What to load before the guest runs in this space.
struct hw_context {
    uint32_t ttbr0;
    uint32_t contextidr;
};

struct shadow_counters {
    parts::counter fills;       ///< the long way
    parts::counter quick_fills; ///< the short way, that is all
    parts::counter prefills;
    parts::counter spaces_made;
    parts::counter spaces_evicted;
    parts::counter tables_evicted;
    parts::counter resets; ///< everything dropped at once
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

/// `Port` is the machine below, by value (empty on hardware, so that the whole
/// object is zero until init and costs no data in the image):
///   uint32_t read_physical(pa)              one load of guest RAM, by the linear map
///   void table_written(uint32_t*, uint32_t) words of a shadow table have changed
///   void synchronize()                      they and the TLB operations take effect
///   void invalidate_code()                  instruction caches, whole
///   void invalidate_va(gva)                 TLB, that page in every ASID
///   void invalidate_asid(uint8_t)           TLB, non-global entries of an ASID
///   void invalidate_all()                   TLB and branch predictor
///
/// Rules for the caller:
///  - load context() and the DACR of the mode that runs next before every entry;
///    any member but translate_for, physical and the const ones may change them;
///  - call restore_user_views() when views_flipped() before virtual user runs, and
///    before an access with user privilege in the kernel's name (LDRT, STRT);
///  - tell alignment, external and debug aborts apart by the hardware's FSR first:
///    handle_fault is for translation, domain and permission faults;
///  - no two VMs share an ASID, and every guest entry is non-global: then a VM
///    switch needs no TLB operation, and two TLB entries never match one address
///    because a guest's global mappings contradict each other;
///  - the hypervisor's own space uses an ASID outside the VM's and nG pages, or
///    addresses that no guest can name.
template <class Port, shadow_limits Limits = shadow_limits{}>
class shadow_mmu {
public:
    PVN_BOOT_ONLY explicit constexpr shadow_mmu(Port port = Port{}) : port_{port} {}
    shadow_mmu(const shadow_mmu&) = delete;
    shadow_mmu& operator=(const shadow_mmu&) = delete;

    /// Once, on an object that is all zero: every frame empty, then restart().
    PVN_BOOT_ONLY Result<void, config_error> init(const shadow_config& config);
    /// The VM's start: the MMU off, and nothing left of before.
    void restart();
    const shadow_config& config() const { return config_; }

    // Translation registers of the guest -----------------------------------
    const translation_registers& registers() const { return regs_; }
    /// TTBR0 and CONTEXTIDR at once: the context switch. Never builds anything.
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
    /// The table's words say what second-level descriptors mean; 0: the ARM ARM does.
    void set_page_format(gpa table);

    // What the hardware needs -------------------------------------------------
    hw_context context() const { return context_; }
    uint32_t dacr_kernel() const { return dacr_.kernel; }
    uint32_t dacr_user() const { return dacr_.user; }
    /// A kernel view of a mixed megabyte is in place and must go before virtual
    /// user runs.
    bool views_flipped() const { return flips_ != 0; }
    /// What the hardware needs may have changed since the last call.
    bool take_changed() {
        const bool changed = changed_;
        changed_ = false;
        return changed;
    }
    void restore_user_views();

    // Faults ---------------------------------------------------------------------
    /// Classifies and, when it is ours, mends a fault at `va`. `prefill` is how
    /// many pages around it (an aligned group, 1 or 8) are filled on the way.
    /// `detail` is written unless the result is `filled`.
    fault_kind handle_fault(gva va, access kind, privilege level, fault_detail& detail,
                            uint32_t prefill = 1);
    /// The short way: FILLED, UNSURE (nothing was done: ask handle_fault), the FSR, without
    /// WnR, of a fault that is the guest's, or ELSEWHERE with the guest-physical page of an
    /// access that is permitted, but not in the first region. Changes neither context() nor
    /// a DACR.
    static constexpr uint32_t FILLED = 0;
    static constexpr uint32_t UNSURE = 1;
    static constexpr uint32_t ELSEWHERE = 2;
    uint32_t quick_fill(gva va, access kind, privilege level);

    // Flushes: each touches what it names, here and in the TLB --------------------
    /// TLBIMVA for `pages` pages from `va` (nG entries of `asid`, and global ones).
    void flush_va(gva va, uint32_t pages, uint8_t asid, flush_reason reason);
    /// TLBIMVAA: the same in every ASID.
    void flush_va_all_asids(gva va, uint32_t pages, flush_reason reason);
    /// TLBIASID: non-global entries of `asid`.
    void flush_asid(uint8_t asid, flush_reason reason);
    /// TLBIALL; also after a change of the VM's memory map.
    void flush_all();
    /// flush_va() the short way. False: nothing was done.
    bool quick_flush(gva va, uint32_t pages, uint8_t asid, flush_reason reason);
    /// pt_update() with prefill, the short way. False: nothing was done.
    template <class Fill>
    bool quick_refresh(gva va, uint8_t asid, Fill fill);
    /// A changed descriptor.
    void pt_update(const pt_change& change);

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
    /// as RAM, and passes over the others.
    template <class Visit>
    void for_each_page(gva va, uint32_t bytes, privilege level, Visit visit);

    const shadow_counters& counters() const { return counters_; }

private:
    template <class M>
    friend class shadow_checker;

    static constexpr uint8_t KERNEL_SPACE = 0;
    static constexpr uint32_t WINDOW_MEGABYTE = 0xfff;
    static constexpr uint32_t MAX_FLIPS = 4; // an instruction reaches at most 4 megabytes
    static constexpr uint32_t MAX_SECRETS = 8;
    static constexpr uint32_t NO_GUEST_TABLE = 2; // no guest table or section has this address

    /// A cached address space. Number KERNEL_SPACE has no key: it holds every
    /// global first-level entry and runs whenever the current key has no space.
    struct space {
        uint32_t ttbr0{};
        uint8_t asid{};
        bool in_use{};
        uint32_t stamp{};
        uint32_t program{}; ///< as program_
        l1_slots used{};
        l1_slots own{}; ///< of those, all that no other space shares
    };
    /// A kernel view in place of `user_slot`.
    struct flip {
        uint8_t space;
        uint16_t megabyte;
        uint16_t view;
        uint32_t user_slot;
    };
    /// A kernel-only page of the window's megabyte, whose domain cannot be closed.
    struct secret {
        uint16_t table;
        uint16_t entry;
    };
    /// What quick_fill() reads first.
    struct quick_view {
        const uint32_t* l1;
        uint32_t guest_l1; ///< on the bus
        uint32_t pool;     ///< address of table 0
        uint32_t tables;   ///< 0: nothing is quick
        uint32_t ram_base; ///< of the first region
        uint32_t ram_bytes;
        uint32_t to_bus; ///< what its addresses are less than those on the bus
    };
    struct dacr_memo {
        uint32_t guest;
        dacr_pair hardware;
        bool valid;
    };

    // shadow_address.hpp
    Result<mapping, guest_fault> walk(gva va);
    Result<mapping, guest_fault> walk_for(gva va, access kind, privilege level);

    // shadow_space.hpp
    uint32_t* l1(uint32_t space) const { return config_.l1_frames + space * L1_ENTRIES; }
    uint8_t hw_asid(uint32_t space) const {
        return static_cast<uint8_t>(config_.first_asid + space);
    }
    uint32_t empty_slot(uint32_t megabyte) const {
        return megabyte == WINDOW_MEGABYTE ? window_slot_ : 0;
    }
    bool split(uint32_t megabyte) const {
        return megabyte == WINDOW_MEGABYTE || megabyte == config_.vcpu_page_at.megabyte();
    }
    static bool is_table(uint32_t slot) { return (slot & L1_TYPE_MASK) == L1_TABLE; }
    static bool is_section(uint32_t slot) { return (slot & L1_TYPE_MASK) == L1_SECTION; }
    PVN_BOOT_ONLY static Result<void, config_error> check(const shadow_config& config);
    uint32_t slot_of(uint16_t table, uint32_t hw_domain) const {
        return tables_.address(table) | (hw_domain << L1_DOMAIN_SHIFT) | L1_TABLE;
    }
    PVN_BOOT_ONLY void clear_frames();
    void forget_domains();
    void regime_changed();
    void set_slot(uint32_t space, uint32_t megabyte, uint32_t value);
    uint8_t find_space(uint32_t ttbr0, uint8_t asid) const;
    void select(uint8_t index);
    void create_space();
    uint8_t free_space();
    void drop_space(uint8_t index);
    void detach_slot(uint32_t space, uint32_t megabyte);
    void clear_own(uint32_t space);
    void release_table(uint16_t table);
    void free_table(uint16_t table);
    void forget_in_tlb(uint16_t table);
    void evict_table();
    void unlink_table(uint16_t table);
    void disown_table(uint16_t table);
    void reset();
    void purge_window();
    void recompute_dacr();

    // shadow_fill.hpp
    void take_back_if_flushed(gva va, uint32_t pages, uint32_t generation);
    fault_kind mend(gva va, access kind, privilege level, fault_detail& detail);
    static fault_kind report(access kind, guest_fault fault, fault_detail& detail);
    fault_kind outside_ram(gva va, const mapping& found, access kind, privilege level,
                           fault_detail& detail);
    fault_kind touch_vcpu_page(gva va, access kind, privilege level, fault_detail& detail);
    /// A page of no memory is only remembered.
    static constexpr pa NO_MEMORY{0};
    void fill_page(gva va, const mapping& found, privilege level, uint32_t bits);
    bool grant_as_manager(mapping& found);
    uint16_t table_in(uint32_t slot) const {
        return is_table(slot) ? tables_.index_of(slot) : NO_TABLE;
    }
    bool fits(uint16_t table, const mapping& found, audience who, privilege level) const;
    uint16_t table_for(gva va, const mapping& found, audience who);
    void place_table(gva va, uint16_t table, uint32_t slot);
    uint16_t existing_view(const table_key& key, uint16_t here) const;
    uint16_t take_table(const table_key& key);
    bool is_flipped(uint32_t megabyte) const;
    uint8_t hw_domain(uint8_t guest_domain, audience who);
    void flip_to(uint32_t megabyte, uint16_t view, uint32_t view_slot);
    void note_window_entry(const mapping& found, audience who, uint16_t table, uint32_t entry);
    void replace_slot(uint32_t megabyte);
    void publish_global(uint32_t megabyte, uint32_t slot);
    uint32_t page_bits(const mapping& found, pa where, region_kind kind) const;
    void note_writable(uint32_t table, uint32_t index, uint32_t descriptor);
    void write_entry(gva va, uint16_t table, uint32_t descriptor);
    void fill_section(gva va, const mapping& found, uint32_t small);
    void fill_neighbours(gva va, uint32_t wanted);

    // shadow_quick.hpp
    void aim();
    void forget_kinds();
    void open_to_quick(uint16_t table);
    bool only_own(uint32_t megabyte) const;
    uint32_t quick_table(gva va);
    void remember(const mapping& found, uint16_t table, uint32_t bits);
    void remember_absent(gva va);
    uint32_t expected(gva va, const table_info& info, uint32_t code);
    void fill_alike(gva va, uint16_t table, uint32_t second, uint32_t bits, uint32_t wanted);

    // shadow_flush.hpp
    enum class scope : uint8_t { one_asid, every_asid };
    void flush_range(gva va, uint32_t pages, uint8_t asid, flush_reason reason, scope named);
    void flush_megabyte(uint32_t megabyte, uint32_t first, uint32_t last, uint8_t asid,
                        flush_reason reason, scope named);
    void flush_views(uint16_t table, uint32_t first, uint32_t last, flush_reason reason);
    void flush_entries(uint16_t table, uint32_t first, uint32_t last, flush_reason reason);
    void flush_section(uint32_t space, uint32_t megabyte, flush_reason reason);
    void flush_space(uint8_t space, uint8_t asid, flush_reason reason);
    void flush_private(uint32_t space, flush_reason reason);
    void write_protect(uint16_t table);

    [[no_unique_address]] Port port_;
    shadow_config config_{};
    translation_registers regs_{};
    hw_context context_{};
    dacr_pair dacr_{};
    bool changed_{false};      ///< one of the two, since take_changed()
    quick_view view_{};        ///< of the space that runs
    uint32_t quick_clients_{}; ///< bit 2n: a table of guest domain n is open to quick_fill()
    page_kind kinds_[page_kind::COUNT]{};
    static constexpr uint32_t TOUCHED = parts::ALL ? 256 : 1;
    uint32_t program_{}; ///< what the space runs, or 0 as long as it ran nothing
    uint8_t writable_[parts::ALL ? Limits.tables : 1]{}; ///< bit n: 32 n on may admit stores
    uint16_t touched_[TOUCHED]{}; ///< by program and group of pages: those that it touched
    domain_map domains_{};
    uint32_t window_slot_{0};
    uint8_t current_{0};
    uint8_t top_{0};   ///< spaces from here on have never been used since the last reset
    uint8_t spare_{0}; ///< the space dropped last, or KERNEL_SPACE
    /// A space's own table holds a global entry, so a flush must look in them all.
    bool mixed_globals_{false};
    bool asids_shared_{false}; ///< two spaces have, or had, the same ASID
    uint32_t clock_{0};
    /// Bumped by every flush; a fill that sees it change takes its entry back.
    volatile uint32_t generation_{0};
    uint32_t extras_{0};         ///< bit 2n: guest domain n has entries that only manager allows
    uint32_t window_domains_{0}; ///< bit 2n: domain n has entries in the window's megabyte
    uint32_t flips_{0};
    uint32_t secrets_{0};
    flip flip_[MAX_FLIPS]{};
    secret secret_[MAX_SECRETS]{};
    dacr_memo memo_[4]{};
    uint8_t made_for_[256]{}; ///< by ASID: the space made last for it, if that is in use
    shadow_counters counters_{};
    table_pool<Limits.tables> tables_{};
    space spaces_[Limits.spaces]{};
};

} // namespace paravane::arm::mmu

// IWYU pragma: begin_exports
// The members are templates in files of their own, which start with these.
#define PVN_SHADOW template <class Port, shadow_limits Limits>
#define PVN_SELF shadow_mmu<Port, Limits>

#include "arch/arm/mmu/shadow_address.hpp"
#include "arch/arm/mmu/shadow_fill.hpp"
#include "arch/arm/mmu/shadow_flush.hpp"
#include "arch/arm/mmu/shadow_quick.hpp"
#include "arch/arm/mmu/shadow_registers.hpp"
#include "arch/arm/mmu/shadow_space.hpp"
#include "arch/arm/mmu/shadow_views.hpp"
// IWYU pragma: end_exports
