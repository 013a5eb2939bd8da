// SPDX-License-Identifier: BSD-2-Clause
// Address spaces under the shadow MMU: what a switch costs and a new space inherits, what
// survives which flush, how many spaces there are, and what a restart leaves.
#include "fixture.hpp"

namespace paravane::test {
namespace {

TEST_F(shadow_mmu_test, a_context_switch_to_a_cached_space_builds_nothing) {
    table(LEVEL1_B, 0, 0x10400);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(0x10400, 5, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.switch_to(LEVEL1_B, 2);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    const uint32_t before = fills();
    const uint32_t flushed = g.m.invalidations;
    for (int i = 0; i < 5; ++i) {
        g.switch_to(LEVEL1, 1);
        EXPECT_EQ(user(0x5000, access::read), ended::done);
        g.switch_to(LEVEL1_B, 2);
        EXPECT_EQ(user(0x5000, access::read), ended::done);
    }
    EXPECT_EQ(fills(), before);
    EXPECT_EQ(g.m.invalidations, flushed);
}

TEST_F(shadow_mmu_test, a_register_write_alone_makes_no_space) {
    for (uint32_t asid = 0; asid < 64; ++asid) {
        g.s.set_contextidr(asid);
        g.s.set_ttbr0(LEVEL1_B);
        EXPECT_EQ(kernel(0xc0000000, access::read), ended::done);
        g.s.set_ttbr0(LEVEL1);
    }
    EXPECT_EQ(g.s.counters().spaces_made, 0u);
}

TEST_F(shadow_mmu_test, a_new_space_inherits_the_kernels_half) {
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::done);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    const uint32_t before = fills();
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::done);
    EXPECT_EQ(fills(), before);
}

TEST_F(shadow_mmu_test, fork_keeps_its_read_entries) {
    for (uint32_t i = 1; i < 9; ++i) {
        page(LEVEL2, i, 0x20000 | (i << 12) | USER_RW);
        EXPECT_EQ(user(i << 12, access::write), ended::done);
    }
    for (uint32_t i = 1; i < 9; ++i) {
        page(LEVEL2, i, 0x20000 | (i << 12) | USER_RO);
    }
    g.flush_asid(1, flush_reason::write_protected);
    const uint32_t before = fills();
    for (uint32_t i = 1; i < 9; ++i) {
        EXPECT_EQ(user(i << 12, access::read), ended::done);
    }
    EXPECT_EQ(fills(), before);
    EXPECT_EQ(user(0x1000, access::write), ended::guest_fault);
}

TEST_F(shadow_mmu_test, a_flush_of_one_page_leaves_its_neighbours) {
    for (uint32_t i = 1; i < 5; ++i) {
        page(LEVEL2, i, 0x20000 | (i << 12) | USER_RW);
        EXPECT_EQ(user(i << 12, access::write), ended::done);
    }
    page(LEVEL2, 2, 0);
    g.flush_va(0x2000, 1, 1, flush_reason::unmapped);
    const uint32_t before = fills();
    EXPECT_EQ(user(0x2000, access::read), ended::guest_fault);
    EXPECT_EQ(user(0x1000, access::write), ended::done);
    EXPECT_EQ(user(0x3000, access::write), ended::done);
    EXPECT_EQ(fills(), before);
}

TEST_F(shadow_mmu_test, a_flush_of_one_asid_leaves_the_others_and_the_kernel) {
    table(LEVEL1_B, 0, 0x10400);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(0x10400, 5, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::done);
    g.switch_to(LEVEL1_B, 2);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.flush_asid(1, flush_reason::identifier_reused);
    const uint32_t before = fills();
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::done);
    EXPECT_EQ(fills(), before);
    g.switch_to(LEVEL1, 1);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(fills(), before + 1);
}

TEST_F(shadow_mmu_test, a_flush_that_wraps_or_is_huge_is_bounded) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.s.flush_va(gva{0xfffff000}, 0xffffffff, 1, flush_reason::unmapped);
    g.s.flush_va(gva{0xfffff000}, 0x3000, 1, flush_reason::unmapped);
    g.s.flush_va(gva{0}, 0, 1, flush_reason::unmapped);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    g.check_window();
}

TEST_F(shadow_mmu_test, spaces_are_bounded_and_the_oldest_goes) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    for (uint32_t asid = 0; asid < 40; ++asid) {
        g.switch_to(LEVEL1, asid);
        EXPECT_EQ(g.s.handle_fault(gva{0x5000}, access::read, privilege::user, g.last),
                  fault_kind::filled);
    }
    EXPECT_EQ(g.s.counters().spaces_made, 40u);
    EXPECT_EQ(g.s.counters().spaces_evicted, 35u);
    const uint32_t before = fills();
    g.switch_to(LEVEL1, 38);
    EXPECT_TRUE(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::read).ok);
    EXPECT_EQ(fills(), before);
}

TEST_F(shadow_mmu_test, a_non_global_page_beside_global_ones_goes_with_its_asid) {
    page(LEVEL2, 2, 0x20000 | (USER_RW & ~0x800u));
    page(LEVEL2, 3, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x2000, access::read), ended::done);
    EXPECT_EQ(user(0x3000, access::read), ended::done);
    page(LEVEL2, 3, 0x22000 | USER_RW);
    g.flush_asid(1, flush_reason::unmapped);
    EXPECT_EQ(user(0x3000, access::read), ended::done);
    EXPECT_EQ(g.trips, 1u);
}

TEST_F(shadow_mmu_test, a_global_page_beside_non_global_ones_goes_with_any_asid) {
    page(LEVEL2, 2, 0x20000 | USER_RW);
    page(LEVEL2, 3, 0x21000 | (USER_RW & ~0x800u));
    EXPECT_EQ(user(0x2000, access::read), ended::done);
    EXPECT_EQ(user(0x3000, access::read), ended::done);
    page(LEVEL2, 3, 0x22000 | (USER_RW & ~0x800u));
    g.flush_va(0x3000, 1, 3, flush_reason::unmapped);
    EXPECT_EQ(user(0x3000, access::read), ended::done);
    EXPECT_EQ(g.trips, 1u);
}

TEST_F(shadow_mmu_test, a_restart_leaves_nothing_of_before) {
    for (uint32_t i = 1; i < 9; ++i) {
        page(LEVEL2, i, 0x20000 | (i << 12) | USER_RW);
        EXPECT_EQ(user(i << 12, access::write), ended::done);
    }
    g.s.restart();
    EXPECT_EQ(g.check_shadow(), 0u);
    start();
    EXPECT_EQ(user(0x1000, access::write), ended::done);
    EXPECT_EQ(g.check_shadow(), 0u);
}

} // namespace
} // namespace paravane::test
