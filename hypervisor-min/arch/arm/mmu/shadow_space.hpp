// SPDX-License-Identifier: BSD-2-Clause
// Members of shadow_mmu that keep the address spaces: set-up, the cache of spaces, and
// giving tables back. The fills are in shadow_fill.hpp.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm::mmu {

PVN_SHADOW
PVN_BOOT_ONLY Result<void, config_error> PVN_SELF::check(const shadow_config& config) {
    if (config.spaces < 3 || config.spaces > Limits.spaces) {
        return unexpected{config_error::spaces};
    }
    if (config.tables < 10 || config.tables > Limits.tables) {
        return unexpected{config_error::tables};
    }
    if (!config.l1_address.aligned(L1_BYTES) || !config.l2_address.aligned(L2_BYTES) ||
        config.l1_frames == nullptr || config.l2_frames == nullptr) {
        return unexpected{config_error::alignment};
    }
    if (!config.vcpu_page_at.aligned(PAGE_SIZE) || !config.vcpu_page.aligned(PAGE_SIZE) ||
        config.vcpu_page_at.megabyte() == WINDOW_MEGABYTE) {
        return unexpected{config_error::vcpu_page};
    }
    if (config.first_asid == 0 || config.first_asid + config.spaces > 256) {
        return unexpected{config_error::asids};
    }
    if (config.memory == nullptr || config.memory->count() == 0) {
        return unexpected{config_error::memory};
    }
    return {};
}

PVN_SHADOW
PVN_BOOT_ONLY Result<void, config_error> PVN_SELF::init(const shadow_config& config) {
    TRY(check(config));
    config_ = config;
    tables_.init(config.l2_frames, config.l2_address, config.tables - 1);
    const uint32_t window_table = config.l2_address.value() + (config.tables - 1) * L2_BYTES;
    window_slot_ = window_table | (domain_map::WINDOW << L1_DOMAIN_SHIFT) | L1_TABLE;
    top_ = 1;
    clear_frames();
    restart();
    return {};
}

PVN_SHADOW
PVN_RARE void PVN_SELF::restart() {
    regs_.reset();
    regime_changed();
    counters_ = shadow_counters{};
}

PVN_SHADOW
PVN_BOOT_ONLY void PVN_SELF::clear_frames() {
    const uint32_t l1_words = config_.spaces * L1_ENTRIES;
    for (uint32_t i = 0; i < l1_words; ++i) {
        config_.l1_frames[i] = 0;
    }
    for (uint32_t s = 0; s < config_.spaces; ++s) {
        l1(s)[WINDOW_MEGABYTE] = window_slot_;
    }
    const uint32_t l2_words = config_.tables * L2_ENTRIES;
    for (uint32_t i = 0; i < l2_words; ++i) {
        config_.l2_frames[i] = 0;
    }
    uint32_t* bare = config_.l2_frames + (config_.tables - 1) * L2_ENTRIES;
    for (uint32_t i = 0; i < WINDOW_PAGES; ++i) {
        bare[WINDOW_ENTRY + i] = config_.window[i];
    }
    port_.table_written(config_.l1_frames, l1_words);
    port_.table_written(config_.l2_frames, l2_words);
}

PVN_SHADOW
[[gnu::noinline]] void PVN_SELF::set_slot(uint32_t index, uint32_t megabyte, uint32_t value) {
    uint32_t* slot = &l1(index)[megabyte];
    *slot = value;
    port_.table_written(slot, 1);
    if (value == empty_slot(megabyte)) {
        spaces_[index].used.erase(megabyte);
        spaces_[index].own.erase(megabyte);
    } else {
        spaces_[index].used.insert(megabyte);
    }
}

// Spaces -----------------------------------------------------------------------

/// Called when the current key has no space and a non-global entry is wanted. The
/// global entries come along, as they would stay in a TLB: a frame that was used before
/// has most of them still, since what removes one removes it from every frame.
PVN_SHADOW
[[gnu::noinline]] void PVN_SELF::create_space() {
    if (flips_ != 0) {
        restore_user_views();
    }
    const uint8_t index = free_space();
    space& made = spaces_[index];
    made.ttbr0 = regs_.ttbr0 & regs_.lower_base_mask();
    made.asid = regs_.asid();
    made.in_use = true;
    made.program = 0;
    const uint8_t before = made_for_[made.asid];
    asids_shared_ |= before != index && spaces_[before].in_use && spaces_[before].asid == made.asid;
    made_for_[made.asid] = index;
    top_ = index < top_ ? top_ : static_cast<uint8_t>(index + 1);
    ++counters_.spaces_made;
    const uint32_t* const from = l1(KERNEL_SPACE);
    uint32_t* const to = l1(index);
    made.used.become(spaces_[KERNEL_SPACE].used, [&](uint32_t mb) {
        to[mb] = from[mb];
        port_.table_written(to + mb, 1);
    });
    select(index);
}

PVN_SHADOW
uint8_t PVN_SELF::free_space() {
    if (spare_ != KERNEL_SPACE && !spaces_[spare_].in_use) [[likely]] {
        return spare_;
    }
    uint8_t oldest = 1;
    for (uint8_t i = 1; i < config_.spaces; ++i) {
        if (!spaces_[i].in_use) {
            return i;
        }
        if (clock_ - spaces_[i].stamp > clock_ - spaces_[oldest].stamp) {
            oldest = i;
        }
    }
    ++counters_.spaces_evicted;
    clear_own(oldest);
    port_.invalidate_asid(hw_asid(oldest));
    return oldest;
}

PVN_SHADOW
[[gnu::noinline]] void PVN_SELF::drop_space(uint8_t index) {
    clear_own(index);
    port_.invalidate_asid(hw_asid(index));
    port_.synchronize();
    spaces_[index].in_use = false;
    spare_ = index;
    if (current_ == index) {
        select(KERNEL_SPACE);
    }
}

/// Empties the slots that are the space's own and gives back their tables, but for the
/// TLB: all that it holds of them has the space's ASID.
PVN_SHADOW
[[gnu::noinline]] void PVN_SELF::clear_own(uint32_t index) {
    space& cleared = spaces_[index];
    cleared.own.drain([&](uint32_t mb) {
        uint32_t* const slot = &l1(index)[mb];
        const uint16_t table = table_in(*slot);
        *slot = empty_slot(mb);
        port_.table_written(slot, 1);
        cleared.used.erase(mb);
        if (table != NO_TABLE && tables_[table].key.owner == index) {
            if (const uint16_t partner = tables_[table].partner; partner != NO_TABLE) {
                free_table(partner);
            }
            free_table(table);
        }
    });
}

/// Empties a slot, whatever it holds. A table goes back to the pool when it was the
/// space's own; a shared one lives on, and with it what the TLB holds of it.
PVN_SHADOW
void PVN_SELF::detach_slot(uint32_t index, uint32_t megabyte) {
    const uint32_t slot = l1(index)[megabyte];
    set_slot(index, megabyte, empty_slot(megabyte));
    if (is_section(slot)) {
        port_.invalidate_va(gva{megabyte << SECTION_SHIFT});
        return;
    }
    const uint16_t table = is_table(slot) ? tables_.index_of(slot) : NO_TABLE;
    if (table == NO_TABLE) {
        return;
    }
    if (tables_[table].key.owner == index) {
        release_table(table);
    } else {
        port_.invalidate_va(gva{megabyte << SECTION_SHIFT});
    }
}

/// Removes what the TLB may hold through a table that is about to be given back.
PVN_SHADOW
void PVN_SELF::forget_in_tlb(uint16_t table) {
    const table_info& info = tables_[table];
    if (info.live.empty()) {
        port_.invalidate_va(gva{static_cast<uint32_t>(info.key.megabyte) << SECTION_SHIFT});
    } else if (info.key.owner == SHARED) {
        port_.invalidate_all();
    } else {
        port_.invalidate_asid(hw_asid(info.key.owner));
    }
}

/// Gives a table back to the pool, its other view too. No slot points at either.
PVN_SHADOW
void PVN_SELF::release_table(uint16_t table) {
    const uint16_t views[] = {table, tables_[table].partner};
    for (const uint16_t view : views) {
        if (view != NO_TABLE) {
            forget_in_tlb(view);
            free_table(view);
        }
    }
    port_.synchronize();
}

/// Gives back one table of which neither a slot nor the TLB knows any more, or only until
/// the next TLB operation.
PVN_SHADOW
[[gnu::noinline]] void PVN_SELF::free_table(uint16_t table) {
    if ((flips_ | secrets_) != 0) {
        disown_table(table);
    }
    uint32_t* const words = tables_.words(table);
    table_info& info = tables_[table];
    info.live.drain([&](uint32_t i) { words[i] = 0; });
    if (info.key.megabyte == WINDOW_MEGABYTE) {
        for (uint32_t i = 0; i < WINDOW_PAGES; ++i) {
            words[WINDOW_ENTRY + i] = 0;
        }
    }
    port_.table_written(words, L2_ENTRIES);
    if constexpr (parts::ALL) {
        writable_[table] = 0;
    }
    tables_.release(table);
}

PVN_SHADOW
PVN_RARE void PVN_SELF::evict_table() {
    const uint16_t table = tables_.victim();
    ++counters_.tables_evicted;
    unlink_table(table);
    if (tables_[table].partner != NO_TABLE) {
        unlink_table(tables_[table].partner);
    }
    release_table(table);
}

/// Takes a table out of every first-level table.
PVN_SHADOW
void PVN_SELF::unlink_table(uint16_t table) {
    const uint32_t megabyte = tables_[table].key.megabyte;
    for (uint32_t s = 0; s < top_; ++s) {
        const uint32_t slot = l1(s)[megabyte];
        if (is_table(slot) && tables_.index_of(slot) == table) {
            set_slot(s, megabyte, empty_slot(megabyte));
        }
    }
}

/// Everything goes: the answer to whatever is too rare to be worth a finer one.
PVN_SHADOW
PVN_RARE void PVN_SELF::reset() {
    generation_ = generation_ + 1;
    ++counters_.resets;
    flips_ = secrets_ = 0;
    for (uint8_t s = 0; s < top_; ++s) {
        const l1_slots& used = spaces_[s].used;
        for (uint32_t mb = used.next(0); mb != l1_slots::END; mb = used.next(mb + 1)) {
            set_slot(s, mb, empty_slot(mb));
        }
        spaces_[s].in_use = false;
    }
    for (uint16_t table = 0; table < tables_.count(); ++table) {
        if (tables_[table].in_use()) {
            release_table(table);
        }
    }
    domains_.clear();
    forget_domains();
    extras_ = window_domains_ = quick_clients_ = 0;
    mixed_globals_ = asids_shared_ = false;
    top_ = 1;
    port_.invalidate_all();
    port_.synchronize();
    select(KERNEL_SPACE);
}

} // namespace paravane::arm::mmu
