// SPDX-License-Identifier: BSD-2-Clause
// Neighbours of a fault that the same program touched before, filled with it.
#include "fixture.hpp"

namespace paravane::test {
namespace {

/// A program that runs again: pages 6, 8 and 10 of its code were touched before, 9 was not.
class program_test : public shadow_mmu_test {
protected:
    void SetUp() override {
        start();
        for (uint32_t i = 5; i <= 10; ++i) {
            page(LEVEL2, i, (0x20000 + i * 0x1000) | ALL_RO);
        }
        begin();
        for (const uint32_t va : {0x6000u, 0x8000u, 0xa000u}) {
            EXPECT_EQ(quick(va, access::execute), g.s.FILLED);
        }
        EXPECT_EQ(entry(0x9000), 0u);
    }
    /// A new space, in which only the page that the long way filled is in place.
    void begin() {
        g.flush_asid(1, flush_reason::identifier_reused);
        EXPECT_EQ(user(0x5000, access::execute), ended::done);
    }
};

TEST_F(program_test, finds_filled_what_it_touched_before) {
    begin();
    EXPECT_EQ(entry(0x8000), 0u);
    EXPECT_EQ(quick(0x6000, access::execute), g.s.FILLED);
    EXPECT_EQ(entry(0x9000), 0u);
    const uint32_t before = fills();
    for (const uint32_t va : {0x8000u, 0xa000u}) {
        EXPECT_EQ(user(va, access::execute), ended::done);
        EXPECT_EQ(g.m.go(g.s.context(), g.s.dacr_user(), va, access::read).pa,
                  RAM_AT + 0x20000u + va);
    }
    EXPECT_EQ(fills(), before);
    EXPECT_EQ(g.check_shadow(), 0u);
}

TEST_F(program_test, finds_nothing_that_is_mapped_in_another_way_now) {
    begin();
    page(LEVEL2, 8, 0x28000 | USER_RW);
    page(LEVEL2, 10, RAM_BYTES | ALL_RO); // no memory there
    EXPECT_EQ(quick(0x6000, access::execute), g.s.FILLED);
    EXPECT_EQ(entry(0x8000), 0u);
    EXPECT_EQ(entry(0xa000), 0u);
}

TEST_F(program_test, is_told_from_another_by_its_first_page_of_code) {
    page(LEVEL2, 6, 0x30000 | ALL_RO);
    begin();
    EXPECT_EQ(quick(0x6000, access::execute), g.s.FILLED);
    EXPECT_EQ(entry(0x8000), 0u);
}

TEST_F(program_test, keeps_nothing_that_a_flush_named_meanwhile) {
    begin();
    unmap_when_read(10, 8);
    EXPECT_EQ(quick(0x6000, access::execute), g.s.FILLED);
    EXPECT_EQ(entry(0x8000), 0u);
}

} // namespace
} // namespace paravane::test
