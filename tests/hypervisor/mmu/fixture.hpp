// SPDX-License-Identifier: BSD-2-Clause
// A guest with two first-level tables, a second-level table for its first megabyte and
// one kernel section, for tests of one behaviour each.
#pragma once

#include "guest.hpp"

namespace paravane::test {

inline constexpr uint32_t LEVEL1 = 0x4000;
inline constexpr uint32_t LEVEL1_B = 0x8000;
inline constexpr uint32_t LEVEL2 = 0x10000;
inline constexpr uint32_t USER_RW = 0x83e;   // small page, nG, AP 011, write-back
inline constexpr uint32_t USER_RO = 0x82e;   // small page, nG, AP 010
inline constexpr uint32_t ALL_RO = 0xa3e;    // small page, nG, AP 111
inline constexpr uint32_t KERNEL_RW = 0x01e; // small page, global, AP 001

class shadow_mmu_test : public ::testing::Test {
protected:
    void SetUp() override { start(); }

    void start() {
        g.switch_to(LEVEL1, 1);
        g.set_dacr(0x55555555);
        for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
            g.store(level1 + 0xc00 * 4, 0x0000041e); // kernel section, global
        }
        table(LEVEL1, 0x000, LEVEL2);
        g.set_sctlr(1);
    }
    void table(uint32_t level1, uint32_t megabyte, uint32_t level2, uint32_t domain = 0) {
        g.store(level1 + megabyte * 4, level2 | (domain << 5) | 1);
    }
    void page(uint32_t level2, uint32_t index, uint32_t descriptor) {
        g.store(level2 + index * 4, descriptor);
    }
    ended user(uint32_t va, access kind) { return g.run(va, kind, privilege::user); }
    ended kernel(uint32_t va, access kind) { return g.run(va, kind, privilege::kernel); }
    /// The short way, as trap code of user mode asks for it.
    uint32_t quick(uint32_t va, access kind) {
        return g.s.quick_fill(gva{va}, kind, privilege::user);
    }
    uint32_t entry(uint32_t va) { return g.m.descriptor(g.s.context(), va); }
    /// Once a page's entry is read, that of `victim` goes and is flushed.
    void unmap_when_read(uint32_t index, uint32_t victim) {
        g.m.on_read = [this, index, victim](uint32_t at) {
            if (at == RAM_AT + LEVEL2 + index * 4) {
                g.m.on_read = nullptr;
                page(LEVEL2, victim, 0);
                g.flush_va(victim * 0x1000, 1, 1, flush_reason::unmapped);
            }
        };
    }
    uint32_t fills() { return g.s.counters().fills + g.s.counters().quick_fills; }

    guest g{6, 16};
};

} // namespace paravane::test
