// SPDX-License-Identifier: BSD-2-Clause
// MRS, MSR, CPS and SETEND against the rules of ARM ARM B9.3, in every mode.
#include "fake_environment.hpp"

#include <gtest/gtest.h>

namespace paravane::plane_test {
namespace {

constexpr uint32_t MODES[] = {MODE_USR, MODE_FIQ, MODE_IRQ, MODE_SVC, MODE_ABT, MODE_UND, MODE_SYS};
constexpr uint32_t MRS_CPSR = 0xe10f0000;
constexpr uint32_t MRS_SPSR = 0xe14f0000;

class every_mode : public testing::TestWithParam<uint32_t> {};

TEST_P(every_mode, mrs_hides_execution_state) {
    fake_environment env;
    env.enter(0xa80f03c0 | CPSR_T | CPSR_IT | GetParam());
    ASSERT_EQ(outcome::next, env.run(MRS_CPSR | 3 << 12));
    EXPECT_EQ(0xa80f03c0 | GetParam(), env.r(3));
}

TEST_P(every_mode, spsr_exists_where_the_mode_has_one) {
    fake_environment env;
    env.enter(GetParam());
    env.shared.spsr = 0x6100f1d3;
    const bool has = GetParam() != MODE_USR && GetParam() != MODE_SYS;
    EXPECT_EQ(has ? outcome::next : outcome::undefined, env.run(MRS_SPSR | 5 << 12));
    EXPECT_EQ(has ? 0x6100f1d3 : 0u, env.r(5));
    env.r(1) = 0xffffffff;
    EXPECT_EQ(has ? outcome::next : outcome::undefined, env.run(0xe16ff001)); // MSR SPSR_fsxc, r1
    EXPECT_EQ(has ? 0xff0fffff : 0x6100f1d3, env.shared.spsr);
}

TEST_P(every_mode, msr_of_user_mode_writes_flags_only) {
    fake_environment env;
    env.enter(GetParam());
    env.r(2) = 0xf80f03c0 | (GetParam() == MODE_USR ? uint32_t{MODE_SVC} : GetParam());
    ASSERT_EQ(outcome::next, env.run(0xe12ff002)); // MSR CPSR_fsxc, r2
    const uint32_t expected = GetParam() == MODE_USR ? 0xf80f0210 : 0xf80f03c0 | GetParam();
    EXPECT_EQ(expected, virtual_cpsr(env));
}

TEST_P(every_mode, msr_writes_the_bytes_of_its_mask) {
    for (uint32_t mask = 1; mask < 16; ++mask) {
        fake_environment env;
        env.enter(GetParam());
        env.r(2) = 0xffffffe0 | GetParam();
        ASSERT_EQ(outcome::next, env.run(0xe120f002 | mask << 16));
        uint32_t expected = GetParam();
        expected |= (mask & 8) != 0 ? 0xf8000000 : 0;
        expected |= (mask & 4) != 0 ? 0x000f0000 : 0;
        expected |= (mask & 2) != 0 ? 0x00000200 : 0;
        if (GetParam() != MODE_USR) {
            expected |= (mask & 2) != 0 ? 0x100 : 0;
            expected |= (mask & 1) != 0 ? 0xc0 : 0;
        }
        EXPECT_EQ(expected, virtual_cpsr(env)) << "mask " << mask;
    }
}

TEST_P(every_mode, cps_is_ignored_by_user_mode) {
    fake_environment env;
    env.enter(GetParam());
    ASSERT_EQ(outcome::next, env.run(0xf10e01d2)); // CPSID aif, #irq
    EXPECT_EQ(GetParam() == MODE_USR ? uint32_t{MODE_USR} : 0x1d2u, virtual_cpsr(env));
    EXPECT_EQ(env.storage.mode, env.shared.mode);
}

INSTANTIATE_TEST_SUITE_P(modes, every_mode, testing::ValuesIn(MODES));

TEST(cps, unpredictable_encodings_are_undefined) {
    fake_environment env;
    for (const uint32_t word : {0xf1000000u, 0xf10001c0u, 0xf1080000u, 0xf1000013u, 0xf1040080u}) {
        EXPECT_EQ(outcome::undefined, env.run(word)) << std::hex << word;
    }
}

TEST(cps, changes_only_what_it_names) {
    fake_environment env;
    env.enter(0x1c0 | MODE_SVC);
    env.shared.irq_mask |= 0x5000;
    ASSERT_EQ(outcome::next, env.run(0xf1080080)); // CPSIE i
    EXPECT_EQ(0x140u | MODE_SVC, virtual_cpsr(env));
    EXPECT_EQ(0x5040u, env.shared.irq_mask);
}

TEST(mode, illegal_ones_kill) {
    for (uint32_t mode = 0; mode < 32; ++mode) {
        const bool legal = mode == 16 || mode == 17 || mode == 18 || mode == 19 || mode == 23 ||
                           mode == 27 || mode == 31;
        fake_environment env;
        env.r(0) = mode;
        EXPECT_EQ(legal ? outcome::next : outcome::kill, env.run(0xe121f000)); // MSR CPSR_c, r0
        EXPECT_EQ(legal ? kill_reason::none : kill_reason::illegal_mode, env.reason);
        EXPECT_EQ(legal ? mode : uint32_t{MODE_SVC}, env.storage.mode);
    }
}

TEST(mode, banks_follow) {
    fake_environment env;
    uint32_t stamp = 1;
    for (const uint32_t mode : MODES) {
        env.enter(mode);
        env.r(13) = 0x1000 + stamp;
        env.r(14) = 0x2000 + stamp;
        env.shared.spsr = 0x3000 + stamp;
        env.r(8) = mode == MODE_FIQ ? 0xf1 : 0x88;
        ++stamp;
    }
    stamp = 1;
    for (const uint32_t mode : MODES) {
        env.enter(mode);
        const uint32_t owner = mode == MODE_USR ? 7 : stamp; // System wrote over User's
        EXPECT_EQ(0x1000 + owner, env.r(13));
        EXPECT_EQ(0x2000 + owner, env.r(14));
        if (mode != MODE_USR && mode != MODE_SYS) {
            EXPECT_EQ(0x3000 + owner, env.shared.spsr);
        }
        EXPECT_EQ(mode == MODE_FIQ ? 0xf1u : 0x88u, env.r(8));
        ++stamp;
    }
}

TEST(mode, privilege_changes_are_told_once) {
    fake_environment env;
    env.enter(MODE_SVC);
    ASSERT_EQ(outcome::next, env.run(0xf1020012)); // CPS #irq
    EXPECT_TRUE(env.log.empty());
    ASSERT_EQ(outcome::next, env.run(0xf1020010)); // CPS #usr
    EXPECT_EQ(std::vector<std::string>{"user 1"}, env.log);
}

TEST(setend, works_everywhere) {
    fake_environment env;
    env.enter(MODE_USR);
    ASSERT_EQ(outcome::next, env.run(0xf1010200));
    EXPECT_EQ(CPSR_E | MODE_USR, virtual_cpsr(env));
    ASSERT_EQ(outcome::next, env.run(0xf1010000));
    EXPECT_EQ(uint32_t{MODE_USR}, virtual_cpsr(env));
}

} // namespace
} // namespace paravane::plane_test
