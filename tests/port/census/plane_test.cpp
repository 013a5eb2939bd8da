// SPDX-License-Identifier: BSD-2-Clause
// Encoding to a trap and back is the identity, on every kind and at random.
#include "census/plane.hpp"

#include "census/classify.hpp"

#include <gtest/gtest.h>

#include <random>

namespace paravane::port::test {
namespace {

TEST(plane, direct_arm_codes_come_back) {
    std::mt19937 random(3);
    unsigned direct = 0;
    for (int i = 0; i < 3'000'000; ++i) {
        const uint32_t word = random();
        const auto trap = plane_encode_arm(word);
        if (!trap)
            continue;
        ++direct;
        ASSERT_TRUE(plane_owns_arm(*trap)) << std::hex << word;
        ASSERT_EQ(*trap >> 28, (word >> 28) == 15 ? 14 : word >> 28) << std::hex << word;
        const auto back = plane_decode_arm(*trap);
        ASSERT_TRUE(back) << std::hex << word;
        ASSERT_EQ(back->word, word);
        ASSERT_EQ(classify_arm(*trap).what, kind::none);
    }
    EXPECT_GT(direct, 10'000u);
}

TEST(plane, every_arm_code_means_one_thing) {
    for (uint32_t code = 0; code < 1u << 22; ++code) {
        const auto trap = plane_decode_arm(0xefc00000 | code);
        if (trap && trap->how == plane_trap::form::direct) {
            ASSERT_EQ(plane_encode_arm(trap->word), 0xefc00000 | code) << std::hex << code;
        }
    }
}

TEST(plane, layout_of_the_abi) {
    EXPECT_EQ(plane_encode_arm(0xee110f10), 0xefc00000u | 1 << 18 | 1 << 11);
    EXPECT_EQ(plane_encode_arm(0xe10f0000), 0xefe10000u);
    EXPECT_EQ(plane_encode_arm(0x114f1000), 0x1fe10011u);
    EXPECT_EQ(plane_encode_arm(0xf10c0080), 0xefe12000u | 3 << 9 | 2 << 5);
    EXPECT_EQ(plane_encode_arm(0xe320f003), 0xefe16003u);
    EXPECT_EQ(plane_encode_arm(0xe1b0f00e), 0xefe18000u | 13 << 8 | 14);
    EXPECT_EQ(plane_encode_arm(0xe25ef004), 0xefde0000u | 2 << 12 | 14 << 8 | 4);
    EXPECT_EQ(plane_encode_thumb16(0xb672), 0xde4a);
    EXPECT_EQ(plane_encode_thumb16(0xbf30), 0xde53);
}

TEST(plane, words_without_a_code) {
    EXPECT_FALSE(plane_encode_arm(0xfe110f10)); // MRC2
    EXPECT_FALSE(plane_encode_arm(0xecb05e01)); // LDC
    EXPECT_FALSE(plane_encode_arm(0xe8d47fff)); // user bank, base r4
    EXPECT_FALSE(plane_encode_arm(0xe091f102)); // shifted operand
    EXPECT_FALSE(plane_encode_arm(0xe4b10040)); // LDRT, offset 64
    EXPECT_FALSE(plane_encode_arm(0xe15ff000)); // CMP with Rd = 15
}

TEST(plane, escapes) {
    EXPECT_EQ(plane_escape_arm(0x1e110f10, 7), 0x1fe20007u);
    EXPECT_EQ(plane_escape_arm(0xfe110f10, 7), 0xefe20007u);
    for (uint32_t index : {0u, 1u, 0xfffu, 0x1000u, THUMB_ESCAPE_LIMIT - 1}) {
        const auto thumb = plane_decode_thumb32(plane_escape_thumb(index));
        ASSERT_TRUE(thumb);
        EXPECT_EQ(thumb->how, plane_trap::form::escape);
        EXPECT_EQ(thumb->index, index);
    }
    const auto next = plane_decode_thumb32(0xf7f1a000);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->how, plane_trap::form::escape_next);
    EXPECT_FALSE(plane_decode_thumb32(0xf7f0a018)); // Linux's own
    EXPECT_FALSE(plane_decode_arm(0xef9f0000));     // 2.6's reset vector
}

} // namespace
} // namespace paravane::port::test
