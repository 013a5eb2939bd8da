// SPDX-License-Identifier: BSD-2-Clause
// Members of shadow_mmu that forget: the guest's TLB operations and batches of
// changed descriptors. What they drop, shadow_fill.hpp fills again.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm::mmu {

PVN_SHADOW
void PVN_SELF::flush_va(gva va, uint32_t pages, uint8_t asid, flush_reason reason) {
    flush_range(va, pages, asid, reason, scope::one_asid);
}

PVN_SHADOW
void PVN_SELF::flush_va_all_asids(gva va, uint32_t pages, flush_reason reason) {
    flush_range(va, pages, 0, reason, scope::every_asid);
}

PVN_SHADOW
void PVN_SELF::flush_all() {
    reset();
}

PVN_SHADOW
void PVN_SELF::flush_asid(uint8_t asid, flush_reason reason) {
    generation_ = generation_ + 1;
    if (!asids_shared_) [[likely]] {
        flush_space(made_for_[asid], asid, reason);
    } else {
        for (uint8_t s = 1; s < top_; ++s) {
            flush_space(s, asid, reason);
        }
    }
    port_.synchronize();
}

/// All that is not global in a space, if it has the ASID; the space too when that goes.
PVN_SHADOW
void PVN_SELF::flush_space(uint8_t index, uint8_t asid, flush_reason reason) {
    if (!spaces_[index].in_use || spaces_[index].asid != asid) {
        return;
    }
    if (reason == flush_reason::identifier_reused) {
        if (flips_ != 0) {
            restore_user_views();
        }
        drop_space(index);
    } else {
        flush_private(index, reason);
    }
}

/// The non-global part of a space: its own tables and sections.
PVN_SHADOW
void PVN_SELF::flush_private(uint32_t index, flush_reason reason) {
    if (reason == flush_reason::write_protected) {
        spaces_[index].own.for_each([&](uint32_t mb) {
            uint32_t* const slot = &l1(index)[mb];
            const uint16_t table = table_in(*slot);
            if (is_section(*slot)) {
                *slot &= ~SECTION_AP0;
                port_.table_written(slot, 1);
            } else if (table != NO_TABLE && tables_[table].key.owner == index) {
                write_protect(table);
            }
        });
    } else {
        clear_own(index);
    }
    port_.invalidate_asid(hw_asid(index));
}

/// Both views of a table down to read-only, but for the TLB.
PVN_SHADOW
void PVN_SELF::write_protect(uint16_t table) {
    const uint16_t views[] = {table, tables_[table].partner};
    for (const uint16_t view : views) {
        if (view == NO_TABLE) {
            continue;
        }
        uint32_t* const words = tables_.words(view);
        const auto protect = [&](uint32_t i) {
            words[i] &= ~SMALL_AP0;
            port_.table_written(words + i, 1);
        };
        if constexpr (parts::ALL) {
            tables_[view].live.for_each_of(writable_[view], protect);
            writable_[view] = 0;
        } else {
            tables_[view].live.for_each(protect);
        }
    }
}

PVN_SHADOW
void PVN_SELF::flush_range(gva va, uint32_t pages, uint8_t asid, flush_reason reason, scope named) {
    constexpr uint32_t LAST_PAGE = 0xfffff;
    constexpr uint32_t MOST_PAGES = 0x4000;
    if (pages == 0) {
        return;
    }
    if (pages > MOST_PAGES) {
        reset();
        return;
    }
    generation_ = generation_ + 1;
    const uint32_t first = va.value() >> PAGE_SHIFT;
    const uint32_t last = pages - 1 > LAST_PAGE - first ? LAST_PAGE : first + (pages - 1);
    for (uint32_t megabyte = first / L2_ENTRIES; megabyte <= last / L2_ENTRIES; ++megabyte) {
        const uint32_t start = megabyte * L2_ENTRIES;
        flush_megabyte(megabyte, first > start ? first - start : 0,
                       last - start < L2_ENTRIES ? last - start : L2_ENTRIES - 1, asid, reason,
                       named);
    }
    port_.synchronize();
}

PVN_SHADOW
void PVN_SELF::flush_megabyte(uint32_t megabyte, uint32_t first, uint32_t last, uint8_t asid,
                              flush_reason reason, scope named) {
    for (uint16_t t = tables_.first_shared(megabyte); t != NO_TABLE; t = tables_[t].next) {
        if (tables_[t].key.megabyte == megabyte) {
            flush_entries(t, first, last, reason);
        }
    }
    // The kernel's space has every global first-level entry.
    const bool globals = mixed_globals_ || l1(KERNEL_SPACE)[megabyte] != empty_slot(megabyte);
    for (uint32_t s = 0; s < top_; ++s) {
        if (!globals && named == scope::one_asid && spaces_[s].asid != asid) {
            continue;
        }
        const uint32_t slot = l1(s)[megabyte];
        if (slot == empty_slot(megabyte)) {
            continue;
        }
        if (is_section(slot)) {
            flush_section(s, megabyte, reason);
            continue;
        }
        const bool match = named == scope::every_asid || spaces_[s].asid == asid;
        const uint16_t table = table_in(slot);
        if (table != NO_TABLE && tables_[table].key.owner == s && (match || mixed_globals_)) {
            flush_views(table, first, last, reason);
        }
    }
}

/// The same in both views of a megabyte that a space owns.
PVN_SHADOW
void PVN_SELF::flush_views(uint16_t table, uint32_t first, uint32_t last, flush_reason reason) {
    flush_entries(table, first, last, reason);
    if (tables_[table].partner != NO_TABLE) {
        flush_entries(tables_[table].partner, first, last, reason);
    }
}

/// Entries first … last of a table: away, or down to read-only.
PVN_SHADOW
[[gnu::noinline]] void PVN_SELF::flush_entries(uint16_t table, uint32_t first, uint32_t last,
                                               flush_reason reason) {
    constexpr uint32_t MANY = 16; // pages, from where one TLB operation stands for all
    table_info& info = tables_[table];
    const uint32_t base = static_cast<uint32_t>(info.key.megabyte) << SECTION_SHIFT;
    if (reason != flush_reason::write_protected && info.key.owner != SHARED &&
        last - first >= MANY) {
        uint32_t* const words = tables_.words(table);
        info.live.take(first, last, [&](uint32_t i) {
            words[i] = 0;
            port_.table_written(words + i, 1);
        });
        port_.invalidate_asid(hw_asid(info.key.owner));
        return;
    }
    for (uint32_t i = info.live.next(first); i <= last; i = info.live.next(i + 1)) {
        uint32_t& entry = tables_.words(table)[i];
        if (reason != flush_reason::write_protected) {
            entry = 0;
            info.live.erase(i);
        } else if ((entry & SMALL_AP0) != 0) {
            entry &= ~SMALL_AP0;
        } else {
            continue;
        }
        port_.table_written(&entry, 1);
        port_.invalidate_va(gva{base | (i << PAGE_SHIFT)});
    }
}

PVN_SHADOW
void PVN_SELF::flush_section(uint32_t index, uint32_t megabyte, flush_reason reason) {
    const uint32_t slot = l1(index)[megabyte];
    if (reason != flush_reason::write_protected) {
        detach_slot(index, megabyte);
    } else if ((slot & SECTION_AP0) != 0) {
        set_slot(index, megabyte, slot & ~SECTION_AP0);
        port_.invalidate_va(gva{megabyte << SECTION_SHIFT});
    }
}

/// A flush of its page; one that says so is filled at once when its space is the one that
/// runs.
PVN_SHADOW
void PVN_SELF::pt_update(const pt_change& change) {
    flush_range(change.va, 1, change.asid, change.reason, scope::one_asid);
    if (change.prefill && change.asid == regs_.asid() && current_ != KERNEL_SPACE) {
        fault_detail ignored;
        (void)mend(change.va, access::read, privilege::user, ignored);
    }
}

} // namespace paravane::arm::mmu
