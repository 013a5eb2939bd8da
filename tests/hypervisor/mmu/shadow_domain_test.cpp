// SPDX-License-Identifier: BSD-2-Clause
// Who may touch what under the shadow MMU: views of a megabyte of both privileges, domains,
// and manager, which the hardware never gets.
#include "fixture.hpp"

namespace paravane::test {
namespace {

TEST_F(shadow_mmu_test, kernel_pages_are_closed_to_user_without_any_flush) {
    EXPECT_EQ(kernel(0xc0001000, access::write), ended::done);
    const uint32_t before = g.m.invalidations;
    EXPECT_EQ(user(0xc0001000, access::read), ended::guest_fault);
    EXPECT_EQ(kernel(0xc0001000, access::write), ended::done);
    EXPECT_EQ(g.trips, 0u);
    EXPECT_EQ(g.m.invalidations, before);
}

TEST_F(shadow_mmu_test, a_megabyte_of_both_privileges_has_two_views) {
    page(LEVEL2, 1, 0x20000 | USER_RW);
    page(LEVEL2, 2, 0x21000 | KERNEL_RW);
    EXPECT_EQ(user(0x1000, access::write), ended::done);
    EXPECT_EQ(kernel(0x2000, access::write), ended::done);
    EXPECT_TRUE(g.s.views_flipped());
    EXPECT_EQ(kernel(0x1000, access::write), ended::done); // both, for one instruction
    EXPECT_EQ(kernel(0x2000, access::write), ended::done);
    EXPECT_EQ(user(0x2000, access::read), ended::guest_fault);
    EXPECT_FALSE(g.s.views_flipped());
    EXPECT_EQ(user(0x1000, access::write), ended::done);
    const uint32_t before = fills();
    EXPECT_EQ(kernel(0x2000, access::write), ended::done); // one fault for the view
    EXPECT_LE(fills(), before + 1);
}

TEST_F(shadow_mmu_test, the_vectors_megabyte_hides_its_kernel_pages_in_an_open_domain) {
    for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
        table(level1, 0xfff, 0x10400);
    }
    page(0x10400, 0xf0, 0x20000 | 0x02e); // helper page, user may read, global
    for (uint32_t i = 0; i < 12; ++i) {
        page(0x10400, 0x20 + i, 0x30000 | (i << 12) | KERNEL_RW);
    }
    EXPECT_EQ(user(0xffff0fe0, access::read), ended::done);
    for (uint32_t round = 0; round < 2; ++round) {
        for (uint32_t i = 0; i < 12; ++i) {
            EXPECT_EQ(kernel(0xfff20000 | (i << 12), access::write), ended::done);
        }
        for (uint32_t i = 0; i < 12; ++i) {
            EXPECT_EQ(user(0xfff20000 | (i << 12), access::read), ended::guest_fault);
        }
        EXPECT_EQ(user(0xffff0fe0, access::read), ended::done);
        g.check_window();
    }
}

TEST_F(shadow_mmu_test, mapping_over_the_window_kills) {
    table(LEVEL1, 0xfff, 0x10400);
    page(0x10400, 0xe4, 0x20000 | 0x03e);
    EXPECT_EQ(kernel(0xfffe4000, access::read), ended::killed);
    EXPECT_EQ(user(0xfffe5000, access::read), ended::guest_fault); // not mapped: the guest's
    g.check_window();
}

TEST_F(shadow_mmu_test, manager_is_emulated_and_taken_back) {
    page(LEVEL2, 5, 0x20000 | 0x81e); // kernel only
    page(LEVEL2, 6, 0x21000 | 0xa3e); // AP 111: read-only for all
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    g.set_dacr(0x55555557);
    EXPECT_EQ(user(0x5000, access::write), ended::done);
    EXPECT_EQ(kernel(0x6000, access::write), ended::done);
    g.set_dacr(0x55555555);
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    EXPECT_EQ(kernel(0x6000, access::write), ended::guest_fault);
}

TEST_F(shadow_mmu_test, manager_that_changes_nothing_costs_nothing) {
    EXPECT_EQ(kernel(0xc0000000, access::write), ended::done);
    const uint32_t before = fills();
    for (int i = 0; i < 4; ++i) { // as set_fs() of old kernels does
        g.set_dacr(0x55555557);
        EXPECT_EQ(kernel(0xc0000000, access::write), ended::done);
        g.set_dacr(0x55555555);
        EXPECT_EQ(kernel(0xc0000000, access::write), ended::done);
    }
    EXPECT_EQ(fills(), before);
}

TEST_F(shadow_mmu_test, more_domains_than_the_hardware_has) {
    g.set_dacr(0x55555555);
    for (uint32_t round = 0; round < 2; ++round) {
        for (uint32_t d = 0; d < 16; ++d) {
            const uint32_t level2 = LEVEL2 + 0x400 * (2 * d + 1);
            table(LEVEL1, 0x100 + d, level2, d);
            page(level2, 1, 0x20000 | USER_RW);
            page(level2, 2, 0x21000 | KERNEL_RW | 0x800);
            const uint32_t at = (0x100 + d) << 20;
            EXPECT_EQ(user(at + 0x1000, access::write), ended::done);
            EXPECT_EQ(kernel(at + 0x2000, access::write), ended::done);
            EXPECT_EQ(user(at + 0x2000, access::write), ended::guest_fault);
        }
    }
    EXPECT_GT(g.s.counters().resets, 2u);
}

} // namespace
} // namespace paravane::test
