// SPDX-License-Identifier: BSD-2-Clause
// Members of shadow_mmu that answer a fault: walk the guest's tables, classify,
// and make the shadow entry right. Called by the trap code; shadow_space.hpp
// holds the spaces that this fills, shadow_views.hpp their second views.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm::mmu {

PVN_SHADOW
fault_kind PVN_SELF::handle_fault(gva va, access kind, privilege level, fault_detail& detail,
                                  uint32_t prefill) {
    const fault_kind result = mend(va, kind, level, detail);
    if (result != fault_kind::filled) {
        return result;
    }
    ++counters_.fills;
    if (prefill > 1) {
        fill_neighbours(va, 0xff << ((va.value() >> PAGE_SHIFT) & 8));
    }
    return fault_kind::filled;
}

/// A flush came between the walk and the fill: what was filled may be what it named.
PVN_SHADOW
void PVN_SELF::take_back_if_flushed(gva va, uint32_t pages, uint32_t generation) {
    if (generation_ != generation) [[unlikely]] {
        flush_range(va, pages, 0, flush_reason::unmapped, scope::every_asid);
    }
}

PVN_SHADOW
fault_kind PVN_SELF::mend(gva va, access kind, privilege level, fault_detail& detail) {
    const uint32_t generation = generation_;
    const bool paged = split(va.megabyte());
    if (paged && va.page() == config_.vcpu_page_at) [[unlikely]] {
        return touch_vcpu_page(va, kind, level, detail);
    }
    auto walked = walk(va);
    if (!walked) {
        remember_absent(va);
        return report(kind, walked.error(), detail);
    }
    mapping& found = *walked;
    if (!found.permits(kind, level) && !grant_as_manager(found)) [[unlikely]] {
        return report(kind, found.permission_fault(), detail);
    }
    const memory_region* region = config_.memory->find(found.page());
    if (region == nullptr || (kind == access::execute && region->kind != region_kind::ram))
        [[unlikely]] {
        return outside_ram(va, found, kind, level, detail);
    }
    if (kind == access::write && level == privilege::kernel && found.ap() == AP_USER_READS_ONLY)
        [[unlikely]] {
        detail.address = found.output(va);
        return fault_kind::emulate_store;
    }
    if (paged && va - WINDOW_BASE < WINDOW_BYTES) [[unlikely]] {
        return fault_kind::kill;
    }
    const uint32_t bits =
        page_bits(found, region->backing + (found.page() - region->base), region->kind);
    if (found.is_section() && !paged && config_.memory->holds_section(found.page())) [[unlikely]] {
        fill_section(va, found, bits);
    } else {
        fill_page(va, found, level, bits);
    }
    take_back_if_flushed(va, 1, generation);
    return fault_kind::filled;
}

PVN_SHADOW
void PVN_SELF::fill_page(gva va, const mapping& found, privilege level, uint32_t bits) {
    const audience who = found.user_may_read() ? audience::user : audience::kernel;
    uint16_t table = table_in(l1(current_)[va.megabyte()]);
    if (!fits(table, found, who, level)) [[unlikely]] {
        table = table_for(va, found, who);
        if (table == NO_TABLE) {
            return;
        }
    }
    if (va.megabyte() == WINDOW_MEGABYTE) [[unlikely]] {
        note_window_entry(found, who, table, (va.value() >> PAGE_SHIFT) & (L2_ENTRIES - 1));
    }
    if ((bits & SMALL_BASE) != NO_MEMORY.value()) {
        write_entry(va, table, bits);
    }
    remember(found, table, bits);
}

PVN_SHADOW
[[gnu::noinline]] fault_kind PVN_SELF::report(access kind, guest_fault fault,
                                              fault_detail& detail) {
    detail.fsr = fault.fsr(kind);
    return fault_kind::guest;
}

/// Device registers are emulated; code cannot run from where there is no RAM. The next
/// access of this kind goes the short way.
PVN_SHADOW
PVN_RARE fault_kind PVN_SELF::outside_ram(gva va, const mapping& found, access kind,
                                          privilege level, fault_detail& detail) {
    if (kind == access::execute) {
        return report(kind, {fault_status::external_abort, 0}, detail);
    }
    if (view_.tables != 0 && !split(va.megabyte())) {
        fill_page(va, found, level, page_bits(found, NO_MEMORY, region_kind::ram));
    }
    detail.address = found.output(va);
    return fault_kind::mmio;
}

/// Manager overrides the permissions, which is noted: the entry must go when the
/// guest takes manager away. Entries that client allows too stay as client's.
PVN_SHADOW
bool PVN_SELF::grant_as_manager(mapping& found) {
    if (!found.manager()) {
        return false;
    }
    found.word = (found.word & ~(SMALL_AP2 | SMALL_XN)) | SMALL_READ_WRITE;
    extras_ |= 1u << (2 * found.domain);
    return true;
}

// Descriptors -------------------------------------------------------------------

PVN_SHADOW
uint32_t PVN_SELF::page_bits(const mapping& found, pa where, region_kind kind) const {
    uint32_t bits = where.value() | L2_SMALL | SMALL_NG | (found.word & SMALL_XN);
    bits |= ap_user_mode_writes(found.ap()) ? SMALL_READ_WRITE : SMALL_READ_ONLY;
    if (kind == region_kind::device) [[unlikely]] {
        return bits | SMALL_DEVICE | SMALL_XN;
    }
    const memory_type type = regs_.type_of(found.texcb());
    if (type != memory_type::normal) [[unlikely]] {
        return bits | (type == memory_type::device ? SMALL_DEVICE : 0);
    }
    return bits | config_.normal_page;
}

PVN_SHADOW
void PVN_SELF::write_entry(gva va, uint16_t table, uint32_t descriptor) {
    const uint32_t index = (va.value() >> PAGE_SHIFT) & (L2_ENTRIES - 1);
    uint32_t* entry = tables_.words(table) + index;
    const bool replaced = *entry != 0;
    *entry = descriptor;
    port_.table_written(entry, 1);
    tables_[table].live.insert(index);
    note_writable(table, index, descriptor);
    if (replaced) {
        port_.invalidate_va(va);
    }
    if ((descriptor & SMALL_XN) == 0) {
        port_.invalidate_code();
    }
    port_.synchronize();
}

/// A core image does without, and looks at every entry when it takes the right to store.
PVN_SHADOW
[[gnu::always_inline]] inline void PVN_SELF::note_writable(uint32_t table, uint32_t index,
                                                           uint32_t descriptor) {
    if (parts::ALL && (descriptor & SMALL_AP0) != 0) {
        writable_[table] |= static_cast<uint8_t>(1u << (index >> 5));
    }
}

// Pages ------------------------------------------------------------------------

/// May this page stand in that table? A kernel view may hold user pages as well,
/// but only virtual kernel reaches them there.
PVN_SHADOW
bool PVN_SELF::fits(uint16_t table, const mapping& found, audience who, privilege level) const {
    if (table == NO_TABLE) {
        return false;
    }
    const table_key& key = tables_[table].key;
    if (key.guest_table != found.table || key.domain != found.domain) {
        return false;
    }
    if ((key.owner == SHARED) != found.global()) [[unlikely]] {
        if (key.owner == SHARED || !mixed_globals_) {
            return false;
        }
    }
    return key.who == who || (key.who == audience::kernel && level == privilege::kernel);
}

/// The neighbours of a page that was just filled, as its guest's hint asks.
PVN_SHADOW
[[gnu::noinline]] void PVN_SELF::fill_neighbours(gva va, uint32_t wanted) {
    const uint32_t generation = generation_;
    const uint16_t table = table_in(l1(current_)[va.megabyte()]);
    if (view_.tables == 0 || table == NO_TABLE || tables_[table].first == table_info::OPAQUE) {
        return;
    }
    table_info& info = tables_[table];
    const uint32_t index = (va.value() >> PAGE_SHIFT) & (L2_ENTRIES - 1);
    const uint32_t second = port_.read_physical(pa{info.guest_words + index * 4});
    const page_kind& like = kinds_[page_kind::slot(second)];
    wanted &= ~info.live.sixteen(index >> 4);
    if (((second & ~SMALL_BASE) | info.tag) == like.key && wanted != 0) {
        fill_alike(va, table, second, like.bits, wanted);
        take_back_if_flushed(gva{va.value() & ~(16 * PAGE_SIZE - 1)}, 16, generation);
    }
}

/// The slow way to a table for this page in the current space: finds or makes the
/// right view and puts it in place. NO_TABLE after a reset: the access will fault
/// again, and then there is room.
PVN_SHADOW
[[gnu::noinline]] uint16_t PVN_SELF::table_for(gva va, const mapping& found, audience who) {
    const uint32_t megabyte = va.megabyte();
    if (!found.global() && current_ == KERNEL_SPACE) {
        create_space();
    }
    const auto stands_for_same = [&](uint16_t table) {
        return table != NO_TABLE && tables_[table].key.guest_table == found.table &&
               tables_[table].key.domain == found.domain;
    };
    uint16_t here = table_in(l1(current_)[megabyte]);
    if (!stands_for_same(here) && is_flipped(megabyte)) {
        restore_user_views();
        here = table_in(l1(current_)[megabyte]);
    }
    const bool beside_own = stands_for_same(here) && tables_[here].key.owner == current_;
    const bool own = !found.global() || beside_own;
    mixed_globals_ |= found.global() && beside_own;
    const table_key key{found.table, static_cast<uint16_t>(megabyte), own ? current_ : SHARED, who,
                        found.domain};
    const uint32_t domain =
        megabyte == WINDOW_MEGABYTE ? domain_map::WINDOW : hw_domain(found.domain, who);
    if (domain == domain_map::NONE && megabyte != WINDOW_MEGABYTE) {
        reset();
        return NO_TABLE;
    }
    uint16_t table = existing_view(key, here);
    if (table == NO_TABLE) {
        table = take_table(key);
    }
    place_table(va, table, slot_of(table, domain));
    port_.synchronize();
    open_to_quick(table);
    return table;
}

PVN_SHADOW
uint16_t PVN_SELF::existing_view(const table_key& key, uint16_t here) const {
    if (key.owner == SHARED) {
        return tables_.find_shared(key);
    }
    if (here == NO_TABLE || tables_[here].key == key) {
        return here;
    }
    const uint16_t partner = tables_[here].partner;
    return partner != NO_TABLE && tables_[partner].key == key ? partner : NO_TABLE;
}

PVN_SHADOW
uint16_t PVN_SELF::take_table(const table_key& key) {
    if (!tables_.has_free()) {
        evict_table();
    }
    const uint16_t table = tables_.take(key);
    if (key.megabyte == WINDOW_MEGABYTE) {
        uint32_t* words = tables_.words(table) + WINDOW_ENTRY;
        for (uint32_t i = 0; i < WINDOW_PAGES; ++i) {
            words[i] = config_.window[i];
        }
        port_.table_written(words, WINDOW_PAGES);
    }
    return table;
}

/// Puts a table in the current space's slot: as a flip when it is the kernel's view
/// of a megabyte with user pages, else for good.
PVN_SHADOW
void PVN_SELF::place_table(gva va, uint16_t table, uint32_t slot) {
    const uint32_t megabyte = va.megabyte();
    const table_key& key = tables_[table].key;
    const uint32_t old = l1(current_)[megabyte];
    if (old == slot) {
        return;
    }
    const uint16_t here = table_in(old);
    const bool other_view = here != NO_TABLE && tables_[here].key.guest_table == key.guest_table &&
                            tables_[here].key.domain == key.domain &&
                            tables_[here].key.owner == key.owner;
    if (other_view && key.owner != SHARED) {
        tables_[here].partner = table;
        tables_[table].partner = here;
    }
    if (!other_view && old != empty_slot(megabyte)) {
        replace_slot(megabyte);
    }
    if (key.owner != SHARED) {
        spaces_[current_].own.insert(megabyte);
    }
    if (key.who == audience::kernel && (other_view || megabyte == WINDOW_MEGABYTE)) {
        flip_to(megabyte, table, slot);
        return;
    }
    if (other_view) {
        port_.invalidate_va(va);
    }
    set_slot(current_, megabyte, slot);
    if (key.owner == SHARED) {
        publish_global(megabyte, slot);
    }
}

/// Makes room in a slot of the current space, and in the TLB: the guest changed its
/// first-level entry, and what comes next must not meet what was there.
PVN_SHADOW
void PVN_SELF::replace_slot(uint32_t megabyte) {
    const bool table = is_table(l1(current_)[megabyte]);
    detach_slot(current_, megabyte);
    if (table) {
        port_.invalidate_asid(hw_asid(current_));
    }
}

/// A global first-level entry goes into the kernel's space as well, from which new
/// spaces inherit.
PVN_SHADOW
void PVN_SELF::publish_global(uint32_t megabyte, uint32_t slot) {
    const uint32_t old = l1(KERNEL_SPACE)[megabyte];
    if (current_ == KERNEL_SPACE || old == slot) {
        return;
    }
    if (is_section(old)) {
        port_.invalidate_va(gva{megabyte << SECTION_SHIFT});
    }
    set_slot(KERNEL_SPACE, megabyte, slot);
}

PVN_SHADOW
uint8_t PVN_SELF::hw_domain(uint8_t guest_domain, audience who) {
    uint8_t domain = domains_.find(guest_domain, who);
    if (domain == domain_map::NONE) {
        domain = domains_.allocate(guest_domain, who);
        forget_domains();
    }
    return domain;
}

// Sections ---------------------------------------------------------------------

PVN_SHADOW
PVN_RARE void PVN_SELF::fill_section(gva va, const mapping& found, uint32_t small) {
    const audience who = found.user_may_read() ? audience::user : audience::kernel;
    const uint32_t megabyte = va.megabyte();
    if (!found.global() && current_ == KERNEL_SPACE) {
        create_space();
    }
    if (is_flipped(megabyte)) {
        restore_user_views();
    }
    const uint32_t domain = hw_domain(found.domain, who);
    if (domain == domain_map::NONE) {
        reset();
        return;
    }
    const uint32_t slot =
        (small & SECTION_BASE) | small_as_section(small) | (domain << L1_DOMAIN_SHIFT);
    const uint32_t old = l1(current_)[megabyte];
    if (old == slot) {
        port_.invalidate_va(va); // only the TLB was stale
    } else {
        if (old != 0) {
            replace_slot(megabyte);
        }
        set_slot(current_, megabyte, slot);
        if (found.global()) {
            publish_global(megabyte, slot);
        } else {
            spaces_[current_].own.insert(megabyte);
        }
    }
    if ((small & SMALL_XN) == 0) {
        port_.invalidate_code();
    }
    port_.synchronize();
}

} // namespace paravane::arm::mmu
