// SPDX-License-Identifier: BSD-2-Clause
// The shadow MMU's short ways, one behaviour each: what they do, and what they must
// leave to the long ones.
#include "fixture.hpp"

namespace paravane::test {
namespace {

TEST_F(shadow_mmu_test, the_short_way_fills_pages_like_one_before) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(quick(0x6000, access::write), g.s.UNSURE) << "no page like it was met yet";
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(0x6000, access::write), g.s.FILLED);
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x6000, access::write).pa, RAM_AT + 0x21000u);
    page(LEVEL2, 6, 0x22000 | USER_RW);
    EXPECT_EQ(quick(0x6000, access::write), g.s.FILLED) << "an entry is there, of before";
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x6000, access::write).pa, RAM_AT + 0x22000u);
}

TEST_F(shadow_mmu_test, the_short_way_knows_where_a_devices_registers_are) {
    const uint32_t nowhere = 0x30000000;
    page(LEVEL2, 5, nowhere | USER_RW);
    page(LEVEL2, 6, 0x20000 | ALL_RO);
    page(LEVEL2, 7, (nowhere + 0x1002) | ALL_RO);
    EXPECT_EQ(user(0x6000, access::read), ended::done) << "the table is in place";
    EXPECT_EQ(quick(0x7000, access::write), 0xfu) << "only to be read";
    EXPECT_EQ(quick(0x7000, access::read), nowhere + 0x1002) << "as RAM of that kind";
    EXPECT_EQ(user(0x5008, access::write), ended::mmio);
    EXPECT_EQ(quick(0x5008, access::write), nowhere + 2);
    EXPECT_EQ(quick(0x5000, access::read), nowhere + 2);
    page(LEVEL2, 5, nowhere | 0x836); // the guest has changed it: the kernel's alone
    EXPECT_EQ(g.s.quick_fill(gva{0x5000}, access::read, privilege::user), g.s.UNSURE);
    page(LEVEL2, 5, 0x21000 | USER_RW);
    EXPECT_EQ(quick(0x5000, access::write), g.s.FILLED) << "RAM of that kind is RAM";
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::write).pa, RAM_AT + 0x21000u);
}

TEST_F(shadow_mmu_test, the_short_way_knows_the_guests_own_faults) {
    page(LEVEL2, 5, 0x20000 | ALL_RO);
    page(LEVEL2, 6, 0x21000 | ALL_RO);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(0x7000, access::read), 0x7u);
    EXPECT_EQ(quick(0x6000, access::write), 0xfu);
    EXPECT_EQ(g.m.descriptor(g.s.context(), 0x6000), 0u);
}

TEST_F(shadow_mmu_test, the_short_way_takes_a_table_for_pages_it_knows) {
    constexpr uint32_t OTHER = LEVEL2 + 0x400;
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    table(LEVEL1, 0x001, OTHER, 1);
    table(LEVEL1, 0x002, OTHER);
    table(LEVEL1, 0xff0, OTHER);
    table(LEVEL1, 0x003, RAM_BYTES); // no memory there
    page(OTHER, 5, 0x21000 | USER_RW);
    page(OTHER, 6, 0x22000 | KERNEL_RW);
    EXPECT_EQ(quick(0x206000, access::read), g.s.UNSURE) << "no page like it was met";
    EXPECT_EQ(quick(0x105000, access::read), g.s.UNSURE) << "no page of its domain was met";
    EXPECT_EQ(quick(0xff005000, access::read), g.s.UNSURE) << "the vCPU page's megabyte";
    EXPECT_EQ(quick(0x305000, access::read), g.s.UNSURE);
    EXPECT_EQ(quick(0x405000, access::read), g.s.UNSURE) << "not mapped";
    EXPECT_EQ(quick(0x205000, access::write), g.s.FILLED);
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x205000, access::write).pa,
              RAM_AT + 0x21000u);
    EXPECT_EQ(user(0x105000, access::read), ended::done);
    g.set_dacr(0x55555551);
    g.flush_asid(1, flush_reason::unmapped);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(0x105000, access::read), g.s.UNSURE) << "a closed domain";
    EXPECT_EQ(g.check_shadow(), 0u);
}

TEST_F(shadow_mmu_test, stores_that_are_emulated_never_take_the_short_way) {
    page(LEVEL2, 5, 0x20000 | USER_RO);
    page(LEVEL2, 6, 0x21000 | USER_RO);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(g.s.quick_fill(gva{0x6000}, access::write, privilege::kernel), g.s.UNSURE);
    EXPECT_EQ(kernel(0x6000, access::write), ended::emulated);
}

TEST_F(shadow_mmu_test, a_flush_during_the_short_way_takes_the_entry_back) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    unmap_when_read(6, 6);
    EXPECT_EQ(quick(0x6000, access::read), g.s.FILLED);
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
    EXPECT_EQ(quick(0x6000, access::read), g.s.UNSURE);
    g.set_dacr(0x55555555);
    EXPECT_EQ(quick(0x6000, access::read), g.s.FILLED);
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

TEST_F(shadow_mmu_test, what_may_be_stored_to_is_protected_wherever_it_was_filled) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::write), ended::done) << "the long way";
    page(LEVEL2, 0x45, 0x21000 | USER_RW);
    EXPECT_EQ(quick(0x45000, access::write), g.s.FILLED);
    page(LEVEL2, 0x86, 0x22000 | USER_RW);
    page(LEVEL2, 0x87, 0x23000 | USER_RW);
    EXPECT_EQ(g.run(0x86000, access::write, privilege::user, 8), ended::done) << "and neighbours";
    for (const uint32_t index : {5u, 0x45u, 0x86u, 0x87u}) {
        page(LEVEL2, index, (0x20000 + index * 0x1000) | ALL_RO);
    }
    g.flush_asid(1, flush_reason::write_protected);
    for (const uint32_t va : {0x5000u, 0x45000u, 0x86000u, 0x87000u}) {
        EXPECT_EQ(g.m.descriptor(g.s.context(), va) & SMALL_AP0, 0u) << va;
        EXPECT_NE(g.m.descriptor(g.s.context(), va), 0u) << va;
    }
}

/// The frame of a space that went is used again with the globals that it still has.
TEST_F(shadow_mmu_test, a_new_space_has_the_globals_of_now) {
    table(LEVEL1_B, 0x000, LEVEL2);
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::done);
    g.flush_asid(1, flush_reason::identifier_reused);
    for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
        g.store(level1 + 0xc00 * 4, 0);
        g.store(level1 + 0xc01 * 4, 0x0000041e);
    }
    g.flush_va(0xc0000000, 1, 1, flush_reason::unmapped);
    EXPECT_EQ(kernel(0xc0100000, access::read), ended::done);
    const uint32_t made = g.s.counters().spaces_made;
    g.switch_to(LEVEL1_B, 2);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(g.s.counters().spaces_made, made + 1);
    EXPECT_EQ(kernel(0xc0000000, access::read), ended::guest_fault);
    const uint32_t before = fills();
    EXPECT_EQ(kernel(0xc0100000, access::read), ended::done);
    EXPECT_EQ(fills(), before) << "a global entry came along";
}

} // namespace
} // namespace paravane::test
