// SPDX-License-Identifier: BSD-2-Clause
// Members of shadow_mmu for megabytes with two views, one for virtual kernel and one for
// virtual user: a kernel's view stands in for a while, and the window's megabyte, whose
// domain is always open, hides the kernel's pages before user code runs. shadow_fill.hpp
// puts views in place.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm::mmu {

PVN_SHADOW
bool PVN_SELF::is_flipped(uint32_t megabyte) const {
    const uint16_t here = table_in(l1(current_)[megabyte]);
    for (uint32_t i = 0; i < flips_; ++i) {
        if (flip_[i].space == current_ && flip_[i].megabyte == megabyte && flip_[i].view == here) {
            return true;
        }
    }
    return false;
}

PVN_SHADOW
void PVN_SELF::flip_to(uint32_t megabyte, uint16_t view, uint32_t view_slot) {
    if (flips_ == MAX_FLIPS) {
        restore_user_views();
    }
    flip_[flips_++] = {current_, static_cast<uint16_t>(megabyte), view, l1(current_)[megabyte]};
    set_slot(current_, megabyte, view_slot);
    port_.invalidate_va(gva{megabyte << SECTION_SHIFT});
}

/// The window's megabyte stands in an open domain: its kernel-only pages are
/// remembered, so that the way back to virtual user unmaps them.
PVN_SHADOW
PVN_RARE void PVN_SELF::note_window_entry(const mapping& found, audience who, uint16_t table,
                                          uint32_t entry) {
    window_domains_ |= 1u << (2 * found.domain);
    if (who == audience::user) {
        return;
    }
    for (uint32_t i = 0; i < secrets_; ++i) {
        if (secret_[i].table == table && secret_[i].entry == entry) {
            return;
        }
    }
    if (secrets_ == MAX_SECRETS) {
        const secret& oldest = secret_[0];
        flush_entries(oldest.table, oldest.entry, oldest.entry, flush_reason::unmapped);
        --secrets_;
        for (uint32_t i = 0; i < secrets_; ++i) {
            secret_[i] = secret_[i + 1];
        }
    }
    secret_[secrets_++] = {table, static_cast<uint16_t>(entry)};
}

PVN_SHADOW
void PVN_SELF::restore_user_views() {
    while (secrets_ != 0) {
        const secret& s = secret_[--secrets_];
        flush_entries(s.table, s.entry, s.entry, flush_reason::unmapped);
    }
    for (uint32_t i = 0; i < flips_; ++i) {
        const flip& f = flip_[i];
        const uint32_t slot = l1(f.space)[f.megabyte];
        if (is_table(slot) && tables_.index_of(slot) == f.view) {
            set_slot(f.space, f.megabyte, f.user_slot);
            port_.invalidate_va(gva{static_cast<uint32_t>(f.megabyte) << SECTION_SHIFT});
        }
    }
    flips_ = 0;
    port_.synchronize();
}

/// Pending flips and secrets no longer speak of a table.
PVN_SHADOW
void PVN_SELF::disown_table(uint16_t table) {
    for (uint32_t i = 0; i < flips_; ++i) {
        flip& f = flip_[i];
        if (f.view == table || (is_table(f.user_slot) && tables_.index_of(f.user_slot) == table)) {
            f.user_slot = empty_slot(f.megabyte);
        }
    }
    for (uint32_t i = secrets_; i-- > 0;) {
        if (secret_[i].table == table) {
            secret_[i] = secret_[--secrets_];
        }
    }
}

/// Drops the guest's pages in the window's megabyte, whose domain stays open.
PVN_SHADOW
PVN_RARE void PVN_SELF::purge_window() {
    restore_user_views();
    for (uint16_t table = 0; table < tables_.count(); ++table) {
        if (tables_[table].in_use() && tables_[table].key.megabyte == WINDOW_MEGABYTE) {
            unlink_table(table);
            if (tables_[table].partner != NO_TABLE) {
                unlink_table(tables_[table].partner);
            }
            release_table(table);
        }
    }
    window_domains_ = 0;
}

/// The page overlays whatever the guest maps there, for virtual kernel alone.
PVN_SHADOW
PVN_RARE fault_kind PVN_SELF::touch_vcpu_page(gva va, access kind, privilege level,
                                              fault_detail& detail) {
    const uint16_t here = table_in(l1(current_)[va.megabyte()]);
    mapping found{config_.vcpu_page.value() | SMALL_AP0 | SMALL_XN | FLAT_NORMAL | L2_SMALL,
                  NO_GUEST_TABLE, domain_map::ALWAYS};
    if (here != NO_TABLE) {
        found.table = tables_[here].key.guest_table;
        found.domain = tables_[here].key.domain;
    }
    if (!found.permits(kind, level)) {
        return report(kind, {fault_status::permission_page, 0}, detail);
    }
    if (found.domain != domain_map::ALWAYS &&
        ((regs_.effective_dacr() >> (2 * found.domain)) & 1) == 0) {
        return report(kind, {fault_status::domain_page, found.domain}, detail);
    }
    fill_page(va, found, level, page_bits(found, config_.vcpu_page, region_kind::ram));
    return fault_kind::filled;
}

} // namespace paravane::arm::mmu
