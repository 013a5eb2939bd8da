// SPDX-License-Identifier: BSD-2-Clause
// The shadow MMU's short ways, one behaviour each: what they do, and what they must
// leave to the long ones.
#include "fixture.hpp"

namespace paravane::test {
namespace {

/// The short way, as trap code of user mode asks for it.
uint32_t quick(guest& g, uint32_t va, access kind) {
    return g.s.quick_fill(gva{va}, kind, privilege::user, [] { return true; });
}

TEST_F(shadow_mmu_test, the_short_way_fills_pages_like_one_before) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(quick(g, 0x6000, access::write), g.s.UNSURE) << "no page like it was met yet";
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(g, 0x6000, access::write), g.s.FILLED);
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x6000, access::write).pa, RAM_AT + 0x21000u);
    EXPECT_EQ(quick(g, 0x6000, access::write), g.s.UNSURE) << "the entry is there";
}

TEST_F(shadow_mmu_test, the_short_way_knows_where_a_devices_registers_are) {
    const uint32_t nowhere = 0x30000000;
    page(LEVEL2, 5, nowhere | USER_RW);
    page(LEVEL2, 6, 0x20000 | USER_RO);
    page(LEVEL2, 7, (nowhere + 0x1002) | USER_RO);
    EXPECT_EQ(user(0x6000, access::read), ended::done) << "the table is in place";
    EXPECT_EQ(quick(g, 0x7000, access::write), 0xfu) << "only to be read";
    EXPECT_EQ(quick(g, 0x7000, access::read), nowhere + 0x1002) << "as RAM of that kind";
    EXPECT_EQ(user(0x5008, access::write), ended::mmio);
    EXPECT_EQ(quick(g, 0x5008, access::write), nowhere + 2);
    EXPECT_EQ(quick(g, 0x5000, access::read), nowhere + 2);
    page(LEVEL2, 5, nowhere | 0x836); // the guest has changed it: the kernel's alone
    EXPECT_EQ(g.s.quick_fill(gva{0x5000}, access::read, privilege::user, [] { return false; }),
              g.s.UNSURE);
    page(LEVEL2, 5, 0x21000 | USER_RW);
    EXPECT_EQ(quick(g, 0x5000, access::write), g.s.FILLED) << "RAM of that kind is RAM";
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::write).pa, RAM_AT + 0x21000u);
}

TEST_F(shadow_mmu_test, the_short_way_knows_the_guests_own_faults) {
    page(LEVEL2, 5, 0x20000 | USER_RO);
    page(LEVEL2, 6, 0x21000 | USER_RO);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(g, 0x7000, access::read), 0x7u);
    EXPECT_EQ(quick(g, 0x6000, access::write), 0xfu);
    EXPECT_EQ(g.m.descriptor(g.s.context(), 0x6000), 0u);
    const auto nobody = [] { return false; };
    for (const access kind : {access::read, access::write}) {
        EXPECT_EQ(g.s.quick_fill(gva{0x7000}, kind, privilege::user, nobody), g.s.UNSURE);
    }
    EXPECT_EQ(g.s.quick_fill(gva{0x6000}, access::write, privilege::user, nobody), g.s.UNSURE);
}

TEST_F(shadow_mmu_test, a_flush_during_the_short_way_takes_the_entry_back) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.m.on_read = [&](uint32_t at) {
        if (at == RAM_AT + LEVEL2 + 6 * 4) {
            g.m.on_read = nullptr;
            page(LEVEL2, 6, 0);
            g.flush_va(0x6000, 1, 1, flush_reason::unmapped);
        }
    };
    EXPECT_EQ(quick(g, 0x6000, access::read), g.s.FILLED);
    EXPECT_EQ(g.m.descriptor(g.s.context(), 0x6000), 0u);
}

TEST_F(shadow_mmu_test, a_page_is_what_its_attributes_mean_now) {
    constexpr uint32_t DEVICE_LIKE = 0x834; // TEX 000, C 0, B 1: a device, unless remapped
    constexpr uint32_t TRE = 1u << 28;
    page(LEVEL2, 5, 0x20000 | DEVICE_LIKE | 2);
    page(LEVEL2, 6, 0x21000 | DEVICE_LIKE | 2);
    page(LEVEL2, 7, 0x22000 | 0xa3e);
    g.s.set_prrr(0x000a000a); // attribute 1 is normal memory
    g.set_sctlr(1 | TRE);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.set_sctlr(1);
    EXPECT_EQ(user(0x7000, access::read), ended::done) << "the table is in place";
    EXPECT_EQ(user(0x6000, access::read), ended::done);
    EXPECT_EQ(g.m.descriptor(g.s.context(), 0x6000) & 0x1cc, uint32_t{SMALL_DEVICE});
}

TEST_F(shadow_mmu_test, a_table_of_a_closed_domain_is_closed_to_the_short_way) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.set_dacr(0x55555554);
    EXPECT_EQ(quick(g, 0x6000, access::read), g.s.UNSURE);
    g.set_dacr(0x55555555);
    EXPECT_EQ(quick(g, 0x6000, access::read), g.s.FILLED);
}

TEST_F(shadow_mmu_test, a_space_that_goes_gives_back_what_was_its_own) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::write), ended::done);
    EXPECT_EQ(kernel(0xc0000000, access::write), ended::done);
    g.flush_asid(1, flush_reason::unmapped);
    EXPECT_EQ(g.m.descriptor(g.s.context(), 0x5000), 0u);
    const uint32_t before = fills();
    EXPECT_EQ(kernel(0xc0000000, access::write), ended::done);
    EXPECT_EQ(fills(), before) << "the kernel's half stays";
}

TEST_F(shadow_mmu_test, a_flush_reaches_every_space_of_the_asid) {
    table(LEVEL1_B, 0x000, LEVEL2);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
        g.switch_to(level1, 1);
        EXPECT_EQ(user(0x5000, access::read), ended::done);
    }
    page(LEVEL2, 5, 0);
    g.flush_va(0x5000, 1, 1, flush_reason::unmapped);
    for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
        g.switch_to(level1, 1);
        EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    }
}

TEST_F(shadow_mmu_test, a_flush_reaches_both_views) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x2181e); // the kernel's alone, and not global
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(kernel(0x6000, access::read), ended::done);
    EXPECT_EQ(kernel(0x5000, access::read), ended::done);
    page(LEVEL2, 5, 0);
    g.flush_va(0x5000, 1, 1, flush_reason::unmapped);
    EXPECT_EQ(kernel(0x5000, access::read), ended::guest_fault);
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
}

TEST_F(shadow_mmu_test, a_flush_of_one_space_takes_globals_from_all) {
    table(LEVEL1_B, 0x000, LEVEL2);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.switch_to(LEVEL1_B, 2);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::done);
    g.store(LEVEL1_B + 0xc00 * 4, 0);
    g.flush_va(0xc0000000, 1, 1, flush_reason::unmapped);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::guest_fault);
}

} // namespace
} // namespace paravane::test
