// SPDX-License-Identifier: BSD-2-Clause
// A machine for the shadow MMU's tests: memory that records history, and a TLB,
// a walk cache and an exclusive monitor that forgive nothing. What is not
// invalidated stays; what faults clears the monitor.
#pragma once

#include "arch/arm/mmu/shadow.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <vector>

namespace paravane::test {

using namespace paravane::arm::mmu;

inline constexpr uint32_t L1_AT = 0x40000000;
inline constexpr uint32_t L2_AT = 0x48000000;
inline constexpr uint32_t WINDOW_AT = 0x4c000000;
inline constexpr uint32_t VCPU_AT = 0x4d000000;
inline constexpr uint32_t RAM_AT = 0x80000000;
inline constexpr uint32_t SECOND_RAM_AT = 0x90080000;
inline constexpr uint32_t DEVICE_AT = 0xa0000000;

inline constexpr uint32_t RAM_BYTES = 0x400000;
inline constexpr uint32_t SECOND_RAM = 0x10000000;
inline constexpr uint32_t SECOND_RAM_BYTES = 0x100000;
inline constexpr uint32_t DEVICE = 0x20000000;

/// The hardware refused: as DFSR would say, coarsely.
enum class hw_fault { translation, domain, permission };

struct hw_result {
    bool ok;
    uint32_t pa;
    hw_fault fault;
};

class machine {
public:
    explicit machine(uint32_t spaces = 5, uint32_t tables = 16)
        : l1_(aligned(l1_store_, spaces * L1_ENTRIES, L1_BYTES)),
          l2_(aligned(l2_store_, tables * L2_ENTRIES, L2_BYTES)), spaces_{spaces}, tables_{tables},
          ram_(RAM_BYTES / 4), second_(SECOND_RAM_BYTES / 4) {
        add({gpa{0}, RAM_BYTES, pa{RAM_AT}, region_kind::ram});
        add({gpa{SECOND_RAM}, SECOND_RAM_BYTES, pa{SECOND_RAM_AT}, region_kind::ram});
        add({gpa{DEVICE}, PAGE_SIZE, pa{DEVICE_AT}, region_kind::device});
    }

    shadow_config config() const {
        shadow_config c;
        c.l1_frames = l1_;
        c.l1_address = pa{L1_AT};
        c.spaces = spaces_;
        c.l2_frames = l2_;
        c.l2_address = pa{L2_AT};
        c.tables = tables_;
        for (uint32_t i = 0; i < WINDOW_PAGES; ++i) {
            c.window[i] = (WINDOW_AT + i * PAGE_SIZE) | SMALL_AP0 | L2_SMALL | 0xc;
        }
        c.vcpu_page = pa{VCPU_AT};
        c.memory = &map;
        return c;
    }

    // Guest memory ---------------------------------------------------------------
    uint32_t& word(uint32_t guest_physical) {
        if (guest_physical - SECOND_RAM < SECOND_RAM_BYTES) {
            return second_.at((guest_physical - SECOND_RAM) / 4);
        }
        return ram_.at(guest_physical / 4);
    }

    // The port ----------------------------------------------------------------------
    uint32_t read_physical(pa where) {
        reads[where.value()]++;
        const uint32_t value = peek(where.value());
        if (on_read) {
            on_read(where.value());
        }
        return value;
    }
    void table_written(uint32_t* first, uint32_t words) {
        unsynchronized = true;
        for (uint32_t* word = first; word != first + words; ++word) {
            if (word >= l2_ && word < l2_ + tables_ * L2_ENTRIES) {
                uint32_t& before = seen_[word];
                code_stale |= (*word & 0x23) == 0x22 && (before & ~0x10u) != (*word & ~0x10u);
                before = *word;
            }
        }
    }
    void invalidate_code() {
        code_stale = false;
        unsynchronized = true;
    }
    void synchronize() { unsynchronized = false; }
    void invalidate_va(gva va) {
        ++invalidations;
        unsynchronized = true;
        std::erase_if(tlb, [&](const entry& e) { return e.covers(va.value()); });
        std::erase_if(walks, [&](const auto& w) { return w.first.second == va.megabyte(); });
    }
    void invalidate_asid(uint8_t asid) {
        ++invalidations;
        unsynchronized = true;
        std::erase_if(tlb, [&](const entry& e) { return !e.global && e.asid == asid; });
        std::erase_if(walks, [&](const auto& w) { return w.first.first == asid; });
    }
    void invalidate_all() {
        ++invalidations;
        unsynchronized = true;
        tlb.clear();
        walks.clear();
    }

    /// The word of a second-level table that a walk for `va` ends at, or 0.
    uint32_t descriptor(hw_context context, uint32_t va) const {
        const uint32_t first = l1_[((context.ttbr0 & 0xffffc000) - L1_AT) / 4 + (va >> 20)];
        return (first & 3) != 1 ? 0 : l2_[((first & 0xfffffc00) - L2_AT) / 4 + ((va >> 12) & 0xff)];
    }

    // The core --------------------------------------------------------------------
    /// One access as the MMU judges it. `privileged` is the hypervisor itself.
    hw_result go(hw_context context, uint32_t dacr, uint32_t va, access kind,
                 bool privileged = false) {
        const std::optional<entry> e = find(context, va);
        if (!e) {
            return refuse(hw_fault::translation);
        }
        const uint32_t rights = (dacr >> (2 * e->domain)) & 3;
        if (rights == 3) {
            throw std::logic_error("a hardware domain is manager");
        }
        if (rights != 1) {
            return refuse(hw_fault::domain);
        }
        if (!allowed(*e, kind, privileged)) {
            return refuse(hw_fault::permission);
        }
        return {true, e->pa + (va & e->mask), hw_fault::translation};
    }

    /// The core may fetch any valid entry into the TLB, asked or not.
    void speculate(hw_context context, uint32_t va) { (void)find(context, va); }

    bool load_exclusive(hw_context context, uint32_t dacr, uint32_t va) {
        monitor = go(context, dacr, va, access::read).ok;
        return monitor;
    }
    /// Nothing when the access faulted, else whether the store was done.
    std::optional<bool> store_exclusive(hw_context context, uint32_t dacr, uint32_t va) {
        const bool held = monitor;
        if (!go(context, dacr, va, access::write).ok) {
            return std::nullopt;
        }
        monitor = false;
        return held;
    }

    struct entry {
        uint32_t va, mask, pa;
        uint8_t asid, domain, ap;
        bool global, xn;
        bool covers(uint32_t address) const { return (address & ~mask) == va; }
    };

    uint32_t peek(uint32_t physical) const {
        if (physical - RAM_AT < RAM_BYTES) {
            return ram_.at((physical - RAM_AT) / 4);
        }
        return second_.at((physical - SECOND_RAM_AT) / 4);
    }

    uint32_t* find_l2_word(uint32_t value) {
        uint32_t* const end = l2_ + tables_ * L2_ENTRIES;
        uint32_t* const found = std::find(l2_, end, value);
        return found == end ? nullptr : found;
    }

    memory_map map;
    std::vector<entry> tlb;
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> walks;
    std::map<uint32_t, uint32_t> reads;
    std::function<void(uint32_t)> on_read;
    uint32_t invalidations{0};
    bool monitor{false};
    bool unsynchronized{false};
    bool code_stale{false}; ///< a page became executable since invalidate_code()

private:
    static uint32_t* aligned(std::vector<uint32_t>& store, uint32_t words, uint32_t alignment) {
        store.assign(words + alignment / 4, 0xdeadbeef);
        const auto at = reinterpret_cast<uintptr_t>(store.data());
        return store.data() + ((alignment - at % alignment) % alignment) / 4;
    }
    void add(const memory_region& region) {
        if (!map.add(region)) {
            throw std::logic_error("the test's memory map");
        }
    }
    hw_result refuse(hw_fault fault) {
        monitor = false;
        return {false, 0, fault};
    }
    static bool allowed(const entry& e, access kind, bool privileged) {
        if (kind == access::execute && e.xn) {
            return false;
        }
        switch (e.ap) {
        case 1:
            return privileged;
        case 2:
            return privileged || kind != access::write;
        case 3:
            return true;
        default:
            throw std::logic_error("AP that no shadow may hold");
        }
    }

    std::optional<entry> find(hw_context context, uint32_t va) {
        if (unsynchronized) {
            throw std::logic_error("entered without synchronize()");
        }
        if (code_stale) {
            throw std::logic_error("a page became executable without invalidate_code()");
        }
        const uint8_t asid = static_cast<uint8_t>(context.contextidr);
        const entry* hit = nullptr;
        for (const entry& e : tlb) {
            if (e.covers(va) && (e.global || e.asid == asid)) {
                if (hit != nullptr) {
                    throw std::logic_error("two TLB entries match one address");
                }
                hit = &e;
            }
        }
        if (hit != nullptr) {
            return *hit;
        }
        const std::optional<entry> walked = walk(context, asid, va);
        if (walked) {
            tlb.push_back(*walked);
        }
        return walked;
    }

    std::optional<entry> walk(hw_context context, uint8_t asid, uint32_t va) {
        const auto key = std::make_pair<uint32_t, uint32_t>(asid, va >> 20);
        uint32_t first = 0;
        if (const auto cached = walks.find(key); cached != walks.end()) {
            first = cached->second;
        } else {
            const uint32_t base = (context.ttbr0 & 0xffffc000) - L1_AT;
            if (base >= spaces_ * L1_BYTES) {
                throw std::logic_error("TTBR0 outside the frames");
            }
            first = l1_[base / 4 + (va >> 20)];
        }
        entry e{};
        e.asid = asid;
        e.domain = (first >> 5) & 0xf;
        if ((first & 3) == 2) {
            e.va = va & 0xfff00000;
            e.mask = 0xfffff;
            e.pa = first & 0xfff00000;
            e.ap = ((first >> 10) & 3) | ((first >> 13) & 4);
            e.global = (first & (1u << 17)) == 0;
            e.xn = (first & 0x10) != 0;
            return e;
        }
        if ((first & 3) != 1) {
            return std::nullopt;
        }
        walks[key] = first;
        const uint32_t table = (first & 0xfffffc00) - L2_AT;
        if (table >= tables_ * L2_BYTES) {
            throw std::logic_error("a table outside the frames");
        }
        const uint32_t second = l2_[table / 4 + ((va >> 12) & 0xff)];
        if ((second & 2) == 0) {
            if ((second & 1) != 0) {
                throw std::logic_error("a large page in a shadow");
            }
            return std::nullopt;
        }
        e.va = va & 0xfffff000;
        e.mask = 0xfff;
        e.pa = second & 0xfffff000;
        e.ap = ((second >> 4) & 3) | ((second >> 7) & 4);
        e.global = (second & 0x800) == 0;
        e.xn = (second & 1) != 0;
        return e;
    }

    std::vector<uint32_t> l1_store_, l2_store_;
    uint32_t* l1_;
    uint32_t* l2_;
    uint32_t spaces_, tables_;
    std::map<const uint32_t*, uint32_t> seen_; ///< second-level words as last written
    std::vector<uint32_t> ram_, second_;
};

/// The machine as the shadow MMU's port.
struct machine_port {
    machine* m;
    uint32_t read_physical(pa where) { return m->read_physical(where); }
    void table_written(uint32_t* first, uint32_t words) { m->table_written(first, words); }
    void synchronize() { m->synchronize(); }
    void invalidate_va(gva va) { m->invalidate_va(va); }
    void invalidate_asid(uint8_t asid) { m->invalidate_asid(asid); }
    void invalidate_all() { m->invalidate_all(); }
    void invalidate_code() { m->invalidate_code(); }
};

using shadow = shadow_mmu<machine_port, shadow_limits{9, 40}>;

} // namespace paravane::test
