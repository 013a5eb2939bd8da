// SPDX-License-Identifier: BSD-2-Clause
// Second-level descriptors in a guest's own format.
#include "fixture.hpp"

namespace paravane::test {
namespace {

/// Second-level descriptors whose bits 11-0 are numbers of kinds, as a table says.
class page_format_test : public shadow_mmu_test {
protected:
    static constexpr uint32_t FORMAT = 0x40000;
    enum kind : uint32_t { NONE = 0x100, DATA = 0x101, CODE = 0x202, LARGE = 0x303 };

    void SetUp() override {
        start();
        word(DATA, 0xfff00000 | USER_RW | 1); // the upper bits are nobody's
        word(CODE, ALL_RO);
        word(LARGE, 1);
        word(NONE, USER_RW);
        g.set_page_format(FORMAT);
    }
    void word(uint32_t low, uint32_t meant) { g.m.word(FORMAT + low * 4) = meant; }
};

TEST_F(page_format_test, pages_are_what_the_table_says) {
    page(LEVEL2, 5, 0x20000 | DATA);
    page(LEVEL2, 6, 0x21000 | CODE);
    page(LEVEL2, 7, 0x22000 | LARGE);
    page(LEVEL2, 8, 0x23000 | NONE);
    page(LEVEL2, 9, 0x24000 | USER_RW); // the table has nothing there
    EXPECT_EQ(user(0x5000, access::write), ended::done);
    EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), 0x5000, access::write).pa, RAM_AT + 0x20000u);
    EXPECT_EQ(user(0x5000, access::execute), ended::guest_fault);
    EXPECT_EQ(user(0x6000, access::execute), ended::done);
    EXPECT_EQ(user(0x6000, access::write), ended::guest_fault);
    for (const uint32_t va : {0x7000u, 0x8000u, 0x9000u}) {
        EXPECT_EQ(user(va, access::read), ended::guest_fault) << va;
    }
    EXPECT_FALSE(g.s.translate_for(gva{0x8000}, access::read, privilege::user));
    EXPECT_EQ(g.check_shadow(), 0u);
}

TEST_F(page_format_test, the_short_way_knows_kinds_by_the_guests_own_bits) {
    page(LEVEL2, 5, 0x20000 | CODE);
    page(LEVEL2, 6, 0x21000 | CODE);
    page(LEVEL2, 7, 0x22000 | ALL_RO);
    EXPECT_EQ(user(0x5000, access::execute), ended::done);
    EXPECT_EQ(quick(0x6000, access::execute), g.s.FILLED);
    EXPECT_TRUE(g.m.go(g.s.context(), g.s.dacr_user(), 0x6000, access::execute).ok);
    EXPECT_EQ(quick(0x7000, access::read), g.s.UNSURE) << "nor by what the table made of them";
    page(LEVEL2, 8, 0x22000 | NONE);
    EXPECT_EQ(quick(0x8000, access::read), 0x7u);
}

TEST_F(page_format_test, the_short_way_knows_what_maps_nothing) {
    constexpr uint32_t OLD = 0x404 | 3; // the table has nothing there
    page(LEVEL2, 5, 0x20000 | CODE);
    page(LEVEL2, 6, 0x21000 | OLD);
    page(LEVEL2, 7, 0x22000 | OLD);
    EXPECT_EQ(user(0x5000, access::read), ended::done) << "the table is in place";
    EXPECT_EQ(quick(0x6000, access::read), g.s.UNSURE);
    EXPECT_EQ(user(0x6000, access::read), ended::guest_fault);
    EXPECT_EQ(quick(0x7000, access::write), 0x7u);
    EXPECT_EQ(quick(0x6000, access::execute), 0x7u);
    word(OLD, USER_RW);
    g.set_page_format(FORMAT);
    EXPECT_EQ(user(0x6000, access::write), ended::done);
}

TEST_F(page_format_test, a_change_of_format_drops_what_was_filled) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    page(LEVEL2, 6, 0x21000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    g.set_page_format(0);
    EXPECT_EQ(user(0x5000, access::read), ended::done);
    EXPECT_EQ(quick(0x6000, access::read), g.s.FILLED);
    g.set_page_format(FORMAT);
    EXPECT_EQ(user(0x5000, access::read), ended::guest_fault);
    EXPECT_EQ(quick(0x6000, access::read), g.s.UNSURE);
}

TEST_F(page_format_test, a_table_that_is_not_memory_maps_nothing) {
    page(LEVEL2, 5, 0x20000 | DATA);
    g.set_page_format(RAM_BYTES);
    EXPECT_FALSE(g.s.translate_for(gva{0x5000}, access::read, privilege::user));
}

TEST_F(page_format_test, a_restart_brings_arms_format_back) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    g.s.restart();
    start();
    EXPECT_EQ(user(0x5000, access::read), ended::done);
}

} // namespace
} // namespace paravane::test
