// SPDX-License-Identifier: BSD-2-Clause
// The debug checker: holds every live shadow entry against what it stands for.
// Built into checked hypervisors, which call it at each return to the guest
// (arch/arm/checked.cpp), and into the host tests. Not part of a release image.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

namespace paravane::arm::mmu {

enum class violation_kind : uint8_t {
    none,
    slot_points_outside,   ///< a first-level entry names a table that is not in use there
    slot_domain,           ///< a first-level entry stands in another audience's domain
    window_changed,        ///< the hypervisor's pages are not as they were given
    kernel_view_left_over, ///< the window's megabyte shows kernel-only pages unflipped
    entry_form,            ///< not a small page or section, global, or AP that no shadow has
    entry_not_live,        ///< a word that the table's record does not know, or the reverse
    foreign_memory,        ///< an entry leads outside this VM's memory
    domain_open_to_user,   ///< a kernel-only pair is open in virtual user's DACR
    manager,               ///< a hardware domain is manager
    stale_after_flush,     ///< the guest flushed it, and it does not say what the tables say
};

struct violation {
    violation_kind kind;
    gva where;
    uint32_t descriptor;
};

/// `stale` entries differ from the guest's tables as they are now: legal only while
/// the guest has changed a descriptor and not flushed it yet.
struct check_report {
    uint32_t live;
    uint32_t stale;
};

/// What the guest flushed since the last check; the latest when there were too many.
class flush_log {
public:
    static constexpr uint16_t EVERY_ASID = 0x100;

    struct flush {
        gva first;
        gva last;
        uint16_t asid;
        bool globals; ///< global entries too
        flush_reason reason;
    };

    void add(const flush& what) { flushes_[count_++ % LIMIT] = what; }
    void clear() { count_ = 0; }

    template <class Covers>
    bool any(Covers&& covers) const {
        for (uint32_t i = 0; i < count_ && i < LIMIT; ++i) {
            if (covers(flushes_[i])) {
                return true;
            }
        }
        return false;
    }

private:
    static constexpr uint32_t LIMIT = 64;
    flush flushes_[LIMIT]{};
    uint32_t count_{0};
};

template <class Mmu>
class shadow_checker {
public:
    explicit shadow_checker(Mmu& mmu, const flush_log* flushed = nullptr)
        : mmu_{mmu}, flushed_{flushed} {}

    /// Every space, every table, both DACR values; the first violation found.
    Result<check_report, violation> verify_all() {
        report_ = {};
        TRY(domains());
        for (uint32_t s = 0; s < mmu_.config_.spaces; ++s) {
            TRY(space(s));
        }
        for (uint16_t t = 0; t < mmu_.tables_.count(); ++t) {
            TRY(table(t));
        }
        return report_;
    }

    /// The same for what is in use according to the records, which is quicker.
    Result<check_report, violation> verify_live() {
        report_ = {};
        TRY(domains());
        for (uint32_t s = 0; s < mmu_.top_; ++s) {
            const l1_slots& used = mmu_.spaces_[s].used;
            for (uint32_t mb = used.next(0); mb != l1_slots::END; mb = used.next(mb + 1)) {
                TRY(slot(s, mb));
            }
        }
        for (uint16_t t = 0; t < mmu_.tables_.count(); ++t) {
            const table_info& info = mmu_.tables_[t];
            if (!info.in_use()) {
                continue;
            }
            for (uint32_t i = info.live.next(0); i < L2_ENTRIES; i = info.live.next(i + 1)) {
                TRY(word(t, i));
            }
        }
        return report_;
    }

private:
    using outcome = Result<void, violation>;

    static outcome bad(violation_kind kind, uint32_t va, uint32_t descriptor) {
        return unexpected{violation{kind, gva{va}, descriptor}};
    }

    outcome domains() {
        const uint32_t kernel = mmu_.dacr_.kernel;
        const uint32_t user = mmu_.dacr_.user;
        if (((kernel | user) & 0xaaaaaaaa) != 0) {
            return bad(violation_kind::manager, 0, kernel | user);
        }
        for (uint8_t d = 0; d <= domain_map::ALWAYS; ++d) {
            const uint32_t pair = mmu_.domains_.find(d, audience::kernel);
            if (pair != domain_map::NONE && ((user >> (2 * pair)) & 3) != 0) {
                return bad(violation_kind::domain_open_to_user, 0, user);
            }
        }
        return {};
    }

    outcome space(uint32_t s) {
        for (uint32_t mb = 0; mb < L1_ENTRIES; ++mb) {
            TRY(slot(s, mb));
        }
        return {};
    }

    outcome slot(uint32_t s, uint32_t mb) {
        const uint32_t slot = mmu_.l1(s)[mb];
        const uint32_t va = mb << SECTION_SHIFT;
        if (slot == mmu_.empty_slot(mb)) {
            return {};
        }
        if (mmu_.is_section(slot)) {
            return section(s, va, slot);
        }
        const uint16_t t = mmu_.table_in(slot);
        if (t == NO_TABLE || !mmu_.tables_[t].in_use() || mmu_.tables_[t].key.megabyte != mb ||
            (mmu_.tables_[t].key.owner != SHARED && mmu_.tables_[t].key.owner != s)) {
            return bad(violation_kind::slot_points_outside, va, slot);
        }
        const table_key& key = mmu_.tables_[t].key;
        const bool window = mb == Mmu::WINDOW_MEGABYTE;
        const uint32_t domain =
            window ? domain_map::WINDOW : mmu_.domains_.find(key.domain, key.who);
        if ((!window && domain == domain_map::NONE) || slot != mmu_.slot_of(t, domain)) {
            return bad(violation_kind::slot_domain, va, slot);
        }
        if (window && key.who == audience::kernel && !flipped(s, mb)) {
            return bad(violation_kind::kernel_view_left_over, va, slot);
        }
        return {};
    }

    bool flipped(uint32_t s, uint32_t mb) const {
        for (uint32_t i = 0; i < mmu_.flips_; ++i) {
            if (mmu_.flip_[i].space == s && mmu_.flip_[i].megabyte == mb) {
                return true;
            }
        }
        return false;
    }

    outcome section(uint32_t s, uint32_t va, uint32_t slot) {
        ++report_.live;
        const uint32_t ap = (slot >> 10) & 3;
        if ((slot & SECTION_NG) == 0 || (slot & (1u << 15)) != 0 || ap < 2 ||
            (slot & L1_SUPERSECTION) != 0) {
            return bad(violation_kind::entry_form, va, slot);
        }
        if ((slot & L1_DOMAIN_MASK) == 0) {
            return bad(violation_kind::slot_domain, va, slot);
        }
        const memory_region* region = backing(slot & SECTION_BASE);
        if (region == nullptr ||
            region->size - ((slot & SECTION_BASE) - region->backing.value()) < SECTION_SIZE) {
            return bad(violation_kind::foreign_memory, va, slot);
        }
        // Of other spaces the tables are not known to be what they were.
        if (s == mmu_.current_ && !section_matches(va, slot, *region)) {
            ++report_.stale;
            if (was_flushed(gva{va}, s, (slot & SECTION_AP0) != 0)) {
                return bad(violation_kind::stale_after_flush, va, slot);
            }
        }
        return {};
    }

    bool section_matches(uint32_t va, uint32_t slot, const memory_region& region) {
        const gpa target = region.base + ((slot & SECTION_BASE) - region.backing.value());
        if (!mmu_.regs_.enabled()) {
            return target.value() == va;
        }
        const auto found = guest_walk(mmu_.regs_, mmu_)(gva{va});
        if (!found) {
            return found.error().status == fault_status::domain_section;
        }
        const uint32_t domain = (slot & L1_DOMAIN_MASK) >> L1_DOMAIN_SHIFT;
        const bool user = domain == mmu_.domains_.find(found->domain, audience::user);
        return found->is_section() && found->page().section() == target &&
               allows(*found, user, (slot & SECTION_AP0) != 0, (slot & (1u << 4)) == 0);
    }

    /// Whether the guest told us that it changed the entry and this one must be gone.
    /// An entry that only lost its right to write may stay as it is but for that right.
    bool was_flushed(gva va, uint32_t owner, bool writable) const {
        return flushed_ != nullptr && flushed_->any([&](const flush_log::flush& f) {
            const bool named = owner == SHARED ? f.globals
                                               : f.asid == flush_log::EVERY_ASID ||
                                                     f.asid == mmu_.spaces_[owner].asid;
            return named && f.first <= va && va <= f.last &&
                   (writable || f.reason != flush_reason::write_protected);
        });
    }

    outcome table(uint16_t t) {
        for (uint32_t i = 0; i < L2_ENTRIES; ++i) {
            TRY(word(t, i));
        }
        return {};
    }

    outcome word(uint16_t t, uint32_t i) {
        const table_info& info = mmu_.tables_[t];
        const bool window = info.in_use() && info.key.megabyte == Mmu::WINDOW_MEGABYTE;
        const uint32_t word = mmu_.tables_.words(t)[i];
        const uint32_t va =
            (static_cast<uint32_t>(info.key.megabyte) << SECTION_SHIFT) | (i << PAGE_SHIFT);
        if (window && i - WINDOW_ENTRY < WINDOW_PAGES) {
            return word == mmu_.config_.window[i - WINDOW_ENTRY]
                       ? outcome{}
                       : bad(violation_kind::window_changed, va, word);
        }
        if ((word != 0) != (info.in_use() && info.live.next(i) == i)) {
            return bad(violation_kind::entry_not_live, va, word);
        }
        return word != 0 ? entry(info, va, word) : outcome{};
    }

    outcome entry(const table_info& info, uint32_t va, uint32_t word) {
        ++report_.live;
        const uint32_t ap = small_ap(word);
        if ((word & L2_SMALL) == 0 || (word & SMALL_NG) == 0 || (ap != 2 && ap != 3)) {
            return bad(violation_kind::entry_form, va, word);
        }
        if (gva{va} == mmu_.config_.vcpu_page_at) {
            const bool right = (word & SMALL_BASE) == mmu_.config_.vcpu_page.value() &&
                               info.key.who == audience::kernel;
            return right ? outcome{} : bad(violation_kind::foreign_memory, va, word);
        }
        const memory_region* region = backing(word & SMALL_BASE);
        if (region == nullptr) {
            return bad(violation_kind::foreign_memory, va, word);
        }
        if (!matches(info, va, word, *region)) {
            ++report_.stale;
            if (was_flushed(gva{va}, info.key.owner, (word & SMALL_AP0) != 0)) {
                return bad(violation_kind::stale_after_flush, va, word);
            }
        }
        return {};
    }

    /// Does the guest's table still say what this entry grants?
    bool matches(const table_info& info, uint32_t va, uint32_t word, const memory_region& region) {
        const gpa target = region.base + ((word & SMALL_BASE) - region.backing.value());
        if (!mmu_.regs_.enabled()) {
            return target.value() == va;
        }
        if ((info.key.guest_table & 1) != 0) {
            return target.section().value() == (info.key.guest_table & ~1u);
        }
        const uint32_t index = (va >> PAGE_SHIFT) & (L2_ENTRIES - 1);
        const auto second = mmu_.read_word(gpa{info.key.guest_table + index * 4});
        if (!second) {
            return false;
        }
        const guest_walk walk(mmu_.regs_, mmu_);
        const auto found = walk.page_from(gva{va}, info.key.guest_table, info.key.domain, *second);
        if (!found) { // a closed domain denies everything: the DACR does so too
            return found.error().status == fault_status::domain_page;
        }
        return found->page() == target && allows(*found, info.key.who == audience::user,
                                                 (word & SMALL_AP0) != 0, (word & SMALL_XN) == 0);
    }

    /// Whether the guest's descriptor allows what an entry grants.
    static bool allows(const mapping& found, bool user, bool writable, bool executable) {
        return found.manager() ||
               ((user ? found.user_may_read() : ap_in(AP_KERNEL_READ, found.ap())) &&
                (!writable || ap_user_mode_writes(found.ap())) &&
                (!executable || !found.execute_never()));
    }

    const memory_region* backing(uint32_t physical) const {
        const memory_map& map = *mmu_.config_.memory;
        for (uint32_t i = 0; i < map.count(); ++i) {
            if (physical - map[i].backing.value() < map[i].size) {
                return &map[i];
            }
        }
        return nullptr;
    }

    Mmu& mmu_;
    const flush_log* flushed_;
    check_report report_{};
};

} // namespace paravane::arm::mmu
