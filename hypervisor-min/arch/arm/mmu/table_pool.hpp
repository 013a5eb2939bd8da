// SPDX-License-Identifier: BSD-2-Clause
// The bounded pool of shadow second-level tables: who owns each, what guest table
// it stands for, which to evict. Knows no guest; shadow_fill.hpp and
// shadow_flush.hpp decide what goes in.
#pragma once

#include "arch/arm/mmu/descriptor.hpp"
#include "arch/arm/mmu/domains.hpp"
#include "arch/arm/mmu/slot_set.hpp"
#include "lib/address.hpp"

#include <stdint.h>

namespace paravane::arm::mmu {

inline constexpr uint8_t SHARED = 0xff;
inline constexpr uint8_t NOBODY = 0xfe; ///< of a table that is free
inline constexpr uint16_t NO_TABLE = 0xffff;

/// What a shadow table stands for: same key, same table. A table with non-global
/// entries belongs to one space; tables of global ones are shared by all spaces.
struct table_key {
    uint32_t guest_table; ///< as mapping::table
    uint16_t megabyte;
    uint8_t owner; ///< a space, or SHARED
    audience who;
    uint8_t domain; ///< the guest's

    constexpr bool operator==(const table_key&) const = default;
};

/// 64 bytes, so that an index is a shift.
struct table_info {
    uint32_t first;       ///< guest descriptor that leads here, or OPAQUE: for quick_fill()
    uint32_t guest_words; ///< where the guest's table lies on the bus, unless OPAQUE
    uint32_t tag;         ///< page_kind::key's upper bits
    l2_slots live;        ///< empty unless in use
    table_key key;
    uint16_t partner; ///< the other view, when the megabyte mixes and has an owner
    uint16_t next;    ///< in a chain of shared tables, or of free ones
    uint32_t serial;  ///< of its allocation

    /// No first-level descriptor without its ignored bits is this.
    static constexpr uint32_t OPAQUE = 4;

    bool in_use() const { return key.owner != NOBODY; }
};

/// What a guest's small page becomes in a shadow table, by the low bits of its
/// descriptor and by what its table is for: filled once, used by every page like it.
struct page_kind {
    uint32_t key;     ///< bits 11-0 of the guest's descriptor, tag() above; NO_KEY when unused
    uint32_t bits;    ///< bits 11-0 of ours
    uint32_t allowed; ///< bit 2 * access + privilege
    uint32_t refused; ///< fault_status of what is not allowed

    static constexpr uint32_t NO_KEY = ~0u;
    static constexpr uint32_t COUNT = 64;

    static constexpr uint32_t tag(audience who, bool shared) {
        return (static_cast<uint32_t>(who) << 12) | (shared ? 1u << 13 : 0);
    }
    /// Tells code from data, read-only from written pages and old ones from young, in ARM's
    /// format and in Linux's.
    static constexpr uint32_t slot(uint32_t descriptor) {
        return (descriptor ^ (descriptor >> 4)) & (COUNT - 1);
    }
};

template <uint32_t Max>
class table_pool {
public:
    /// Enough for one instruction to have two pages of code and two of data, each in
    /// both views of its megabyte, and none of them evicted for another.
    static constexpr uint32_t RECENT = 8;

    void init(uint32_t* frames, pa address, uint32_t count) {
        frames_ = frames;
        address_ = address;
        count_ = static_cast<uint16_t>(count);
        serial_ = 0;
        hand_ = 0;
        free_ = NO_TABLE;
        for (uint16_t& head : shared_) {
            head = NO_TABLE;
        }
        for (uint16_t i = count_; i-- > 0;) {
            infos_[i].key.owner = NOBODY;
            infos_[i].live = l2_slots{};
            infos_[i].next = free_;
            free_ = i;
        }
    }

    uint16_t count() const { return count_; }
    table_info& operator[](uint16_t index) { return infos_[index]; }
    const table_info& operator[](uint16_t index) const { return infos_[index]; }
    uint32_t* words(uint16_t index) { return frames_ + index * L2_ENTRIES; }
    const uint32_t* words(uint16_t index) const { return frames_ + index * L2_ENTRIES; }
    uint32_t address(uint16_t index) const { return address_.value() + index * L2_BYTES; }

    /// The table that a shadow first-level descriptor points at. One that lies
    /// outside the pool (the bare window table) gives NO_TABLE.
    uint16_t index_of(uint32_t l1_descriptor) const {
        const uint32_t index = (l1_descriptor - address_.value()) / L2_BYTES;
        return index < count_ ? static_cast<uint16_t>(index) : NO_TABLE;
    }

    bool has_free() const { return free_ != NO_TABLE; }

    /// The oldest table that is not among the most recently made.
    uint16_t victim() {
        for (;;) {
            const uint16_t index = hand_;
            hand_ = static_cast<uint16_t>(hand_ + 1 == count_ ? 0 : hand_ + 1);
            if (infos_[index].in_use() && serial_ - infos_[index].serial >= RECENT) {
                return index;
            }
        }
    }

    /// Takes a free table (has_free() holds). Its words are zero: see release().
    uint16_t take(const table_key& key) {
        const uint16_t index = free_;
        table_info& info = infos_[index];
        free_ = info.next;
        info.key = key;
        info.partner = NO_TABLE;
        info.first = table_info::OPAQUE;
        info.tag = page_kind::tag(key.who, key.owner == SHARED);
        info.serial = serial_++;
        if (key.owner == SHARED) {
            uint16_t& head = bucket(key.megabyte);
            info.next = head;
            head = index;
        }
        return index;
    }

    /// Gives a table back with all its words zero and nothing live; nothing may point at it any
    /// more.
    void release(uint16_t index) {
        table_info& info = infos_[index];
        if (info.key.owner == SHARED) {
            uint16_t* link = &bucket(info.key.megabyte);
            while (*link != index) {
                link = &infos_[*link].next;
            }
            *link = info.next;
        }
        if (info.partner != NO_TABLE) {
            infos_[info.partner].partner = NO_TABLE;
        }
        info.key.owner = NOBODY;
        info.next = free_;
        free_ = index;
    }

    /// The shared tables of a megabyte and of those that hash like it, as a chain.
    uint16_t first_shared(uint32_t megabyte) const { return shared_[megabyte % BUCKETS]; }

    bool any_shared(uint32_t megabyte) const {
        uint16_t index = first_shared(megabyte);
        while (index != NO_TABLE && infos_[index].key.megabyte != megabyte) {
            index = infos_[index].next;
        }
        return index != NO_TABLE;
    }

    uint16_t find_shared(const table_key& key) const {
        uint16_t index = first_shared(key.megabyte);
        while (index != NO_TABLE && infos_[index].key != key) {
            index = infos_[index].next;
        }
        return index;
    }

private:
    static constexpr uint32_t BUCKETS = 64;
    uint16_t& bucket(uint32_t megabyte) { return shared_[megabyte % BUCKETS]; }

    uint32_t* frames_;
    pa address_;
    uint32_t serial_;
    uint16_t count_;
    uint16_t free_;
    uint16_t hand_;
    uint16_t shared_[BUCKETS];
    table_info infos_[Max];
};

} // namespace paravane::arm::mmu
