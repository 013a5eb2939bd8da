// SPDX-License-Identifier: BSD-2-Clause
// The checker of a checked build (mmu/verify.hpp): what it sees, and what it must let pass.
#include "fixture.hpp"

namespace paravane::test {
namespace {

TEST_F(shadow_mmu_test, the_checker_sees_what_the_guest_has_not_flushed) {
    for (uint32_t i = 1; i < 9; ++i) {
        page(LEVEL2, i, 0x20000 | (i << 12) | USER_RW);
        EXPECT_EQ(user(i << 12, access::write), ended::done);
    }
    EXPECT_EQ(kernel(0xc0000000, access::write), ended::done);
    EXPECT_EQ(kernel(DEFAULT_VCPU_PAGE.value(), access::write), ended::done);
    EXPECT_EQ(g.check_shadow(), 0u);
    page(LEVEL2, 2, 0);
    page(LEVEL2, 3, 0x20000 | (3 << 12) | USER_RO);
    page(LEVEL2, 4, 0x29000 | USER_RW);
    EXPECT_EQ(g.check_shadow(), 3u);
    g.flush_va(0x2000, 3, 1, flush_reason::unmapped);
    EXPECT_EQ(g.check_shadow(), 0u);
}

TEST_F(shadow_mmu_test, the_checker_knows_what_was_flushed) {
    page(LEVEL2, 2, 0x22000 | USER_RW);
    EXPECT_EQ(user(0x2000, access::write), ended::done);
    EXPECT_EQ(kernel(0xc0000000, access::write), ended::done);
    const auto kind = [&](flush_log::flush what) {
        flush_log log;
        log.add(what);
        const auto live = shadow_checker{g.s, &log}.verify_live();
        const auto all = shadow_checker{g.s, &log}.verify_all();
        EXPECT_EQ(live.has_value(), all.has_value());
        return live ? violation_kind::none : live.error().kind;
    };
    const flush_log::flush right{gva{0x2000}, gva{0x2fff}, 1, true, flush_reason::unmapped};
    EXPECT_EQ(kind(right), violation_kind::none) << "it says what the tables say";
    page(LEVEL2, 2, 0x22000 | USER_RO);
    EXPECT_EQ(kind(right), violation_kind::stale_after_flush);
    flush_log::flush other = right;
    other.asid = 2;
    EXPECT_EQ(kind(other), violation_kind::none);
    other.asid = flush_log::EVERY_ASID;
    EXPECT_EQ(kind(other), violation_kind::stale_after_flush);
    other.first = gva{0x3000};
    EXPECT_EQ(kind(other), violation_kind::none);
    other = right;
    other.reason = flush_reason::write_protected;
    EXPECT_EQ(kind(other), violation_kind::stale_after_flush) << "it may still be written";
    g.flush_va(0x2000, 1, 1, flush_reason::write_protected);
    page(LEVEL2, 2, 0);
    EXPECT_EQ(kind(other), violation_kind::none) << "the guest said it only lost its writes";
    EXPECT_EQ(kind(right), violation_kind::stale_after_flush);

    g.store(LEVEL1 + 0xc00 * 4, 0x0010041e);
    const flush_log::flush section{gva{0xc0000000}, gva{0xc0000fff}, 1, true,
                                   flush_reason::unmapped};
    EXPECT_EQ(kind(section), violation_kind::stale_after_flush);
    g.flush_va(0xc0000000, 1, 1, flush_reason::unmapped);
    EXPECT_EQ(kind(section), violation_kind::none);
}

TEST_F(shadow_mmu_test, the_checker_sees_a_forged_entry) {
    page(LEVEL2, 5, 0x20000 | USER_RW);
    EXPECT_EQ(user(0x5000, access::write), ended::done);
    uint32_t* const word = g.m.find_l2_word(0x80020000 | 0x87e);
    ASSERT_NE(word, nullptr);
    const auto kind = [&](uint32_t forged) {
        const uint32_t kept = *word;
        *word = forged;
        const auto report = shadow_checker{g.s}.verify_all();
        *word = kept;
        return report ? violation_kind::none : report.error().kind;
    };
    EXPECT_EQ(kind(*word), violation_kind::none);
    EXPECT_EQ(kind(*word & ~0x800u), violation_kind::entry_form);
    EXPECT_EQ(kind((*word & ~0x30u) | 0x10), violation_kind::entry_form);
    EXPECT_EQ(kind(*word ^ 0x01000000), violation_kind::foreign_memory);
    EXPECT_EQ(kind(0), violation_kind::entry_not_live);
}

} // namespace
} // namespace paravane::test
