// SPDX-License-Identifier: BSD-2-Clause
// Members of shadow_mmu for the short way through a fault: a page like one that was
// filled before, in a table that is in place. Whatever is otherwise is left to
// shadow_fill.hpp, which judges afresh and teaches this the pages it met.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm::mmu {

/// A slot that holds a section gives no index: the pool lies in no megabyte of a guest's
/// memory. An entry that is in place is right only in part, or stale in the TLB.
PVN_SHADOW
[[gnu::always_inline]] inline uint32_t PVN_SELF::quick_fill(gva va, access kind, privilege level) {
    const uint32_t generation = generation_;
    const uint32_t megabyte = va.megabyte();
    uint32_t table = (view_.l1[megabyte] - view_.pool) / L2_BYTES;
    if (table >= view_.tables) [[unlikely]] {
        table = parts::ALL ? quick_table(va) : NO_TABLE;
        if (table == NO_TABLE) {
            return UNSURE;
        }
    }
    table_info& info = tables_[static_cast<uint16_t>(table)];
    const uint32_t first = port_.read_physical(pa{view_.guest_l1 + megabyte * 4});
    if ((first & ~L1_TABLE_IGNORED) != info.first) {
        return UNSURE;
    }
    const uint32_t index = (va.value() >> PAGE_SHIFT) & (L2_ENTRIES - 1);
    const uint32_t second = port_.read_physical(pa{info.guest_words + index * 4});
    const page_kind& like = kinds_[page_kind::slot(second)];
    const uint32_t domain = info.first & L1_DOMAIN_MASK;
    constexpr uint32_t TO_FSR = L1_DOMAIN_SHIFT - 4;
    if (((second & ~SMALL_BASE) | info.tag) != like.key) {
        if ((second & L2_TYPE_MASK) != 0) {
            return UNSURE;
        }
        return static_cast<uint32_t>(fault_status::translation_page) | domain >> TO_FSR;
    }
    const uint32_t which = 2 * static_cast<uint32_t>(kind) + static_cast<uint32_t>(level);
    if (((like.allowed >> which) & 1) == 0) {
        return like.refused | domain >> TO_FSR;
    }
    const uint32_t page = second & SMALL_BASE;
    if (page - view_.ram_base >= view_.ram_bytes) {
        return page | ELSEWHERE;
    }
    uint32_t* const entry = tables_.words(static_cast<uint16_t>(table)) + index;
    const uint32_t old = *entry;
    *entry = (view_.to_bus + page) | like.bits;
    port_.table_written(entry, 1);
    if (old == 0) {
        info.live.insert(index);
    } else {
        port_.invalidate_va(va);
    }
    if ((like.bits & SMALL_XN) == 0) {
        port_.invalidate_code();
    }
    port_.synchronize();
    ++counters_.quick_fills;
    note_writable(table, index, like.bits);
    if (parts::ALL && (like.bits & SMALL_AP0) == 0) {
        const uint32_t code = (like.bits & SMALL_XN) == 0 ? page : 0;
        if (const uint32_t wanted = expected(va, info, code); wanted != 0) {
            fill_alike(va, static_cast<uint16_t>(table), second, like.bits, wanted);
        }
    }
    constexpr uint32_t PAGES = parts::ALL ? 16 : 1;
    take_back_if_flushed(gva{va.value() & ~(PAGES * PAGE_SIZE - 1)}, PAGES, generation);
    return FILLED;
}

/// What a program only read or ran when it ran before, it will again: the pages beside this
/// one, of its aligned group of 16, that it touched then and that are not filled. Which
/// program a space runs shows by where its first page of code lies.
PVN_SHADOW
[[gnu::always_inline]] inline uint32_t PVN_SELF::expected(gva va, const table_info& info,
                                                          uint32_t code) {
    if (program_ == 0) [[unlikely]] {
        program_ = spaces_[current_].program = (code >> PAGE_SHIFT) * 0x9e3779b1u;
        if (program_ == 0) {
            return 0;
        }
    }
    const uint32_t group = va.value() >> (PAGE_SHIFT + 4);
    uint16_t& touched = touched_[((program_ >> 16) + group) % TOUCHED];
    const uint32_t before = touched;
    touched = static_cast<uint16_t>(before | (1u << ((va.value() >> PAGE_SHIFT) & 15)));
    return before & ~info.live.sixteen(group & 15);
}

/// Those neighbours of a page in its group of 16, none of which is filled, whose descriptors
/// say of their pages what its `second` does (note_writable() speaks for all): from the guest
/// table that was just used, as a TLB may fetch them unasked.
PVN_SHADOW
[[gnu::always_inline]] inline void PVN_SELF::fill_alike(gva va, uint16_t table, uint32_t second,
                                                        uint32_t bits, uint32_t wanted) {
    table_info& info = tables_[table];
    const uint32_t group = (va.value() >> (PAGE_SHIFT + 4)) & 15;
    uint32_t* const entries = tables_.words(table) + group * 16;
    const pa guest_words{info.guest_words + group * 64};
    const uint32_t low_bits = second & ~SMALL_BASE;
    uint32_t filled = 0;
    uint32_t count = 0;
    for (; wanted != 0; wanted &= wanted - 1) {
        const auto i = static_cast<uint32_t>(__builtin_ctz(wanted));
        const uint32_t other = port_.read_physical(guest_words + i * 4);
        const uint32_t page = other - low_bits;
        if ((page & ~SMALL_BASE) == 0 && page - view_.ram_base < view_.ram_bytes) {
            entries[i] = page + (view_.to_bus | bits);
            port_.table_written(entries + i, 1);
            filled |= 1u << i;
            ++count;
        }
    }
    counters_.prefills += count;
    info.live.insert_sixteen(group, filled);
    if ((bits & SMALL_XN) == 0) {
        port_.invalidate_code();
    }
    port_.synchronize();
}

/// One page's entry has changed and is about to be used: what a flush of it and a fault on
/// it would do. `fill` is quick_fill() as that of a user's store.
PVN_SHADOW
template <class Fill>
[[gnu::always_inline]] inline bool PVN_SELF::quick_refresh(gva va, uint8_t asid, Fill fill) {
    if (asid != regs_.asid() || !only_own(va.megabyte())) {
        return false;
    }
    generation_ = generation_ + 1; // before the entry goes, or a fill could miss it
    if (fill() != FILLED) {
        return false;
    }
    const table_info& info = tables_[table_in(l1(current_)[va.megabyte()])];
    return info.key.owner == current_ && info.partner == NO_TABLE;
}

/// A table for a megabyte in which the running space has none, when a user page of a known
/// kind is wanted there and neither context() nor a DACR changes by it; else NO_TABLE.
PVN_SHADOW
[[gnu::noinline]] uint32_t PVN_SELF::quick_table(gva va) {
    const uint32_t megabyte = va.megabyte();
    if (view_.tables == 0 || current_ == KERNEL_SPACE || view_.l1[megabyte] != 0 ||
        split(megabyte) || regs_.is_upper(va) || !tables_.has_free()) {
        return NO_TABLE;
    }
    const uint32_t first = port_.read_physical(pa{view_.guest_l1 + megabyte * 4});
    const uint32_t guest_table = first & L1_TABLE_BASE;
    const uint8_t domain = (first >> L1_DOMAIN_SHIFT) & 0xf;
    const uint32_t offset = guest_table - view_.ram_base;
    const uint32_t hw = domains_.find(domain, audience::user);
    if (!is_table(first) || offset >= view_.ram_bytes || ((regs_.dacr >> (2 * domain)) & 3) != 1 ||
        hw == domain_map::NONE) {
        return NO_TABLE;
    }
    const uint32_t index = (va.value() >> PAGE_SHIFT) & (L2_ENTRIES - 1);
    const uint32_t second =
        port_.read_physical(pa{view_.to_bus + view_.ram_base + offset + index * 4});
    if (((second & ~SMALL_BASE) | page_kind::tag(audience::user, false)) !=
        kinds_[page_kind::slot(second)].key) {
        return NO_TABLE;
    }
    const uint16_t table = tables_.take(
        {guest_table, static_cast<uint16_t>(megabyte), current_, audience::user, domain});
    set_slot(current_, megabyte, slot_of(table, hw));
    spaces_[current_].own.insert(megabyte);
    port_.synchronize(); // the fault may yet be the guest's
    open_to_quick(table);
    return table;
}

/// Nothing global lies in a megabyte, and one space has each ASID: a flush of it in the
/// running space's own table reaches all that it names.
PVN_SHADOW
[[gnu::always_inline]] inline bool PVN_SELF::only_own(uint32_t megabyte) const {
    return l1(KERNEL_SPACE)[megabyte] == 0 && !mixed_globals_ && !asids_shared_ &&
           !tables_.any_shared(megabyte);
}

/// A flush of pages in one megabyte of user space: nothing global is there, one space has
/// the ASID, and it has one view of it.
PVN_SHADOW
[[gnu::always_inline]] inline bool PVN_SELF::quick_flush(gva va, uint32_t pages, uint8_t asid,
                                                         flush_reason reason) {
    const uint32_t megabyte = va.megabyte();
    const uint32_t first = (va.value() >> PAGE_SHIFT) & (L2_ENTRIES - 1);
    const uint8_t owner = made_for_[asid];
    if (pages - 1 >= L2_ENTRIES - first || !only_own(megabyte) || !spaces_[owner].in_use ||
        spaces_[owner].asid != asid) {
        return false;
    }
    generation_ = generation_ + 1; // before the entries go, or a fill could miss it
    const uint32_t slot = l1(owner)[megabyte];
    if (slot != 0) {
        const uint16_t table = table_in(slot);
        if (table == NO_TABLE || tables_[table].key.owner != owner ||
            tables_[table].partner != NO_TABLE) {
            return false;
        }
        flush_entries(table, first, first + pages - 1, reason);
        port_.synchronize();
    }
    return true;
}

/// After a change of the space that runs, of the guest's TTBR0 or domains, or of the
/// tables that are open: where quick_fill() looks, and whether it may.
PVN_SHADOW
void PVN_SELF::aim() {
    const memory_region& ram = (*config_.memory)[0];
    const uint32_t offset = (regs_.ttbr0 & regs_.lower_base_mask()) - ram.base.value();
    const uint32_t clients = regs_.dacr & ~(regs_.dacr >> 1);
    const bool on = config_.quick && regs_.enabled() && (regs_.sctlr & SCTLR_AFE) == 0 &&
                    (regs_.ttbcr & (TTBCR_PD0 | TTBCR_PD1)) == 0 && ram.kind == region_kind::ram &&
                    offset < ram.size && ram.size - offset >= L1_BYTES &&
                    (quick_clients_ & ~clients) == 0;
    view_ = {l1(current_),
             ram.backing.value() + offset,
             tables_.address(0),
             on ? tables_.count() : 0u,
             ram.base.value(),
             ram.size,
             ram.backing.value() - ram.base.value()};
}

/// A table that stands for a guest's second-level table in the first region, under
/// TTBR0, becomes quick_fill()'s as well.
PVN_SHADOW
void PVN_SELF::open_to_quick(uint16_t table) {
    table_info& info = tables_[table];
    const memory_region& ram = (*config_.memory)[0];
    const uint32_t offset = info.key.guest_table - ram.base.value();
    const uint32_t megabyte = info.key.megabyte;
    if ((info.key.guest_table & ~L1_TABLE_BASE) == 0 && !split(megabyte) &&
        !regs_.is_upper(gva{megabyte << SECTION_SHIFT}) && offset < ram.size &&
        info.key.domain < domain_map::ALWAYS) {
        info.first = info.key.guest_table |
                     (static_cast<uint32_t>(info.key.domain) << L1_DOMAIN_SHIFT) | L1_TABLE;
        info.guest_words = ram.backing.value() + offset;
        if (const uint32_t client = 1u << (2 * info.key.domain); (quick_clients_ & client) == 0) {
            quick_clients_ |= client;
            aim();
        }
    }
}

/// What descriptors mean has changed.
PVN_SHADOW
void PVN_SELF::forget_kinds() {
    for (page_kind& like : kinds_) {
        like.key = page_kind::NO_KEY;
    }
}

/// Keeps what a small page's descriptor came to, or would in RAM, for the next one like it.
PVN_SHADOW
void PVN_SELF::remember(const mapping& found, uint16_t table, uint32_t bits) {
    const table_key& key = tables_[table].key;
    const audience who = found.user_may_read() ? audience::user : audience::kernel;
    const memory_region& ram = (*config_.memory)[0];
    if (tables_[table].first == table_info::OPAQUE || found.manager() || key.who != who ||
        (key.owner == SHARED) != found.global() ||
        (found.page() - ram.base >= ram.size && (bits & SMALL_BASE) != NO_MEMORY.value()) ||
        found.ap() == AP_USER_READS_ONLY) { // the kernel's stores there are emulated
        return;
    }
    uint32_t allowed = 0;
    for (uint32_t which = 0; which < 6; ++which) {
        const auto kind = static_cast<access>(which / 2);
        const auto level = static_cast<privilege>(which % 2);
        allowed |= found.permits(kind, level) ? 1u << which : 0;
    }
    kinds_[page_kind::slot(found.low_bits())] = {
        found.low_bits() | tables_[table].tag, bits & ~SMALL_BASE, allowed,
        static_cast<uint32_t>(fault_status::permission_page)};
}

/// In a format of the guest's own, descriptors that map nothing may look like others: the
/// next fault at one like this is known for the guest's own.
PVN_SHADOW
void PVN_SELF::remember_absent(gva va) {
    const uint16_t table = table_in(l1(current_)[va.megabyte()]);
    if (!parts::PAGE_FORMATS || regs_.page_format.value() == 0 || table == NO_TABLE ||
        tables_[table].first == table_info::OPAQUE) {
        return;
    }
    const table_info& info = tables_[table];
    const uint32_t index = (va.value() >> PAGE_SHIFT) & (L2_ENTRIES - 1);
    const uint32_t low_bits = port_.read_physical(pa{info.guest_words + index * 4}) & ~SMALL_BASE;
    const auto meant = read_word(regs_.page_format + low_bits * 4);
    if (meant && (*meant & L2_SMALL) == 0) {
        kinds_[page_kind::slot(low_bits)] = {low_bits | info.tag, 0, 0,
                                             static_cast<uint32_t>(fault_status::translation_page)};
    }
}

} // namespace paravane::arm::mmu
