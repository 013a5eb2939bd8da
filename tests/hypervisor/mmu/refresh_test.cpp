// SPDX-License-Identifier: BSD-2-Clause
// A changed entry that the guest tells of is filled at once.
#include "fixture.hpp"

namespace paravane::test {
namespace {

/// A page's entry changed, as the guest tells of the page that it just faulted on.
class refresh_test : public shadow_mmu_test {
protected:
    bool refresh(uint32_t va, uint8_t asid = 1) { return g.refresh(gva{va}, asid); }
    void update(uint32_t va) {
        const pt_change change{gva{va}, 1, flush_reason::unmapped, true};
        g.update(&change, 1);
    }
    /// Tables are in place, and the kinds of pages known that the tests use.
    void SetUp() override {
        start();
        for (const uint32_t kind : {USER_RW, ALL_RO}) {
            page(LEVEL2, 0x50, 0x20000 | kind);
            EXPECT_EQ(user(0x50000, access::read), ended::done);
            page(LEVEL2, 0x50, 0);
            g.flush_va(0x50000, 1, 1, flush_reason::unmapped);
        }
    }
};

TEST_F(refresh_test, fills_the_page_at_once) {
    page(LEVEL2, 5, 0x21000 | USER_RW);
    ASSERT_TRUE(refresh(0x5000));
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::write).pa, RAM_AT + 0x21000u);
    EXPECT_EQ(g.check_shadow(), 0u);
}

TEST_F(refresh_test, replaces_what_was_there) {
    page(LEVEL2, 5, 0x21000 | ALL_RO);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    page(LEVEL2, 5, 0x23000 | USER_RW);
    ASSERT_TRUE(refresh(0x5000));
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::write).pa, RAM_AT + 0x23000u);
}

TEST_F(refresh_test, leaves_to_the_long_way_what_it_does_not_know) {
    page(LEVEL2, 5, 0x21000 | USER_RW);
    EXPECT_FALSE(refresh(0x5000, 2)) << "another space";
    page(LEVEL2, 6, 0x22000 | USER_RW | 0x40); // no page of this kind was met
    EXPECT_FALSE(refresh(0x6000));
    page(LEVEL2, 7, RAM_BYTES | USER_RW);
    EXPECT_FALSE(refresh(0x7000));
    EXPECT_FALSE(refresh(0x105000)) << "no table";
    g.set_dacr(0x55555554);
    EXPECT_FALSE(refresh(0x5000)) << "a closed domain";
    g.set_dacr(0x55555555);
    EXPECT_TRUE(refresh(0x5000));
}

TEST_F(refresh_test, code_is_never_stale) {
    page(LEVEL2, 5, 0x21000 | USER_RW);
    ASSERT_TRUE(refresh(0x5000));
    EXPECT_TRUE(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::execute).ok);
}

TEST_F(refresh_test, reaches_both_views) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x2181e); // the kernel's alone, and not global
    page(LEVEL2, 8, 0x2281e);
    EXPECT_EQ(kernel(0x6000, access::read), ended::done);
    EXPECT_EQ(kernel(0x5000, access::read), ended::done) << "in the kernel's view";
    EXPECT_EQ(user(0x5000, access::read), ended::done) << "and in the user's";
    page(LEVEL2, 5, 0x23000 | USER_RW);
    update(0x5000);
    EXPECT_EQ(kernel(0x8000, access::read), ended::done) << "the kernel's view is in place";
    EXPECT_EQ(kernel(0x5000, access::read), ended::done);
}

TEST_F(refresh_test, takes_a_global_page_from_every_space) {
    constexpr uint32_t NG = 0x800;
    table(LEVEL1_B, 0x000, LEVEL2);
    page(LEVEL2, 5, 0x20000 | (USER_RW & ~NG));
    g.flush_asid(1, flush_reason::unmapped);
    for (const uint32_t level1 : {LEVEL1, LEVEL1_B}) {
        g.switch_to(level1, level1 / LEVEL1);
        EXPECT_EQ(user(0x5000, access::read), ended::done);
    }
    g.switch_to(LEVEL1, 1);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x6000, access::read), ended::done) << "the space has a table of its own";
    page(LEVEL2, 5, 0x23000 | USER_RW);
    update(0x5000);
    g.switch_to(LEVEL1_B, 2);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::read).pa, RAM_AT + 0x23000u);
}

TEST_F(refresh_test, takes_back_what_a_flush_named_meanwhile) {
    page(LEVEL2, 5, 0x21000 | USER_RW);
    unmap_when_read(5, 5);
    ASSERT_TRUE(refresh(0x5000));
    EXPECT_EQ(entry(0x5000), 0u);
}

} // namespace
} // namespace paravane::test
