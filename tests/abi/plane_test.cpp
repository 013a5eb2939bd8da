// SPDX-License-Identifier: BSD-2-Clause
// The instruction plane, over all codes: what decodes encodes back, and known
// instructions of the ARM ARM get the form that the manual gives them.
#include <paravane/plane.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace {

using namespace paravane::abi::plane;

constexpr uint32_t CODES = 1U << ARM_BITS;

TEST(arm_codes, every_one_is_free_or_encodes_back) {
    std::map<form, uint32_t> counts;
    uint32_t shadowed = 0;
    for (uint32_t code = 0; code < CODES; ++code) {
        const decoded d = decode_arm(ARM_BASE + code);
        if (!d) {
            continue;
        }
        ++counts[d.what];
        const maybe word = instruction(d);
        if (!word) {
            ASSERT_TRUE(d.what == form::escape || d.what == form::escape_next) << code;
            continue;
        }
        const maybe back = encode_arm(word.value);
        ASSERT_TRUE(back) << std::hex << word.value;
        if (back.value != ARM_BASE + code) {
            ASSERT_EQ(d.what, form::msr_immediate) << std::hex << word.value;
            ASSERT_EQ(decode_arm(back.value).what, form::hint);
            ++shadowed;
        }
    }
    EXPECT_EQ(shadowed, 256U);
    EXPECT_EQ(counts[form::cp15], 1U << 19);
    EXPECT_EQ(counts[form::mrs], 32U);
    EXPECT_EQ(counts[form::escape], 1U << 16);
    EXPECT_EQ(counts[form::escape_next], 1U);
    EXPECT_EQ(counts[form::return_register], 3U << 10);
}

TEST(arm_codes, nothing_outside_of_the_plane_decodes) {
    for (const uint32_t imm24 : {0U, 1U, 0xabU, 0x5000U, 0x123456U, 0x9f0000U, ARM_BASE - 1,
                                 ARM_BASE + CODES, 0xffffffU + 1, 0xffffffffU}) {
        EXPECT_FALSE(decode_arm(imm24)) << std::hex << imm24;
    }
}

TEST(arm_codes, every_instruction_that_encodes_decodes_to_itself) {
    std::mt19937 random(1);
    uint32_t encoded = 0;
    for (int i = 0; i < 20'000'000; ++i) {
        const uint32_t word = random();
        const maybe code = encode_arm(word);
        if (!code) {
            continue;
        }
        ++encoded;
        const bool unconditional = word >> 28 == 0xf;
        const uint32_t expected = unconditional ? word : (word & 0x0fffffffU) | 0xe0000000U;
        ASSERT_EQ(instruction(decode_arm(code.value)).value, expected) << std::hex << word;
    }
    EXPECT_GT(encoded, 1000U);
}

struct known {
    uint32_t word;
    form what;
};

TEST(arm_codes, known_instructions_get_their_form) {
    const known table[] = {
        {0xe10f0000, form::mrs},              // mrs r0, cpsr
        {0x114f1000, form::mrs},              // mrsne r1, spsr
        {0xe121f000, form::msr_register},     // msr cpsr_c, r0
        {0xe169f00e, form::msr_register},     // msr spsr_fc, lr
        {0xe321f0d3, form::msr_immediate},    // msr cpsr_c, #0xd3
        {0xe320f003, form::hint},             // wfi
        {0xf10c0080, form::cps},              // cpsid i
        {0xf1080080, form::cps},              // cpsie i
        {0xf1020013, form::cps},              // cps #19
        {0xf96d0513, form::srs},              // srsdb sp!, #19
        {0xf8bd0a00, form::rfe},              // rfeia sp!
        {0xe8fd8000, form::ldm_return},       // ldm sp!, {pc}^
        {0xe8dd7fff, form::ldm_user},         // ldm sp, {r0-lr}^
        {0xe8cd7fff, form::stm_user},         // stm sp, {r0-lr}^
        {0xe1b0f00e, form::return_register},  // movs pc, lr
        {0xe25ef004, form::return_immediate}, // subs pc, lr, #4
        {0xee010f10, form::cp15},             // mcr p15, 0, r0, c1, c0, 0
        {0xee110f10, form::cp15},             // mrc p15, 0, r0, c1, c0, 0
        {0xec510f02, form::cp15_pair},        // mrrc p15, 0, r0, r1, c2
        {0xee100e10, form::cp14},             // mrc p14, 0, r0, c0, c0, 0
        {0xeef80a10, form::fp_status},        // vmrs r0, fpexc
        {0xe4b01000, form::unprivileged},     // ldrt r1, [r0], #0
        {0xe4e01004, form::unprivileged},     // strbt r1, [r0], #4
        {0xe0f010b0, form::ldrht},            // ldrht r1, [r0], #0
        {0xe0e010b0, form::strht},            // strht r1, [r0], #0
        {0xe0f010d0, form::ldrsbt},           // ldrsbt r1, [r0], #0
        {0xe0f010f0, form::ldrsht},           // ldrsht r1, [r0], #0
        {0xe1600070, form::smc},              // smc #0
        {0xe1400070, form::hvc},              // hvc #0
        {0xf1010200, form::setend},           // setend be
    };
    for (const known& k : table) {
        const maybe code = encode_arm(k.word);
        ASSERT_TRUE(code) << std::hex << k.word;
        EXPECT_EQ(decode_arm(code.value).what, k.what) << std::hex << k.word;
    }
}

TEST(arm_codes, harmless_neighbours_have_no_code) {
    for (const uint32_t word : {
             0xe1a0f00eU, // mov pc, lr
             0xe24ef004U, // sub pc, lr, #4
             0xe31f0004U, // tst pc, #4
             0xe35ff004U, // cmp with SBO destination
             0xe8bd8000U, // pop {pc}
             0xe4901000U, // ldr r1, [r0], #0
             0xe0d010b0U, // ldrh r1, [r0], #0
             0xfe010f10U, // mcr2 p15
             0xee010a10U, // vmov s2, r0
             0xef000000U, // svc
         }) {
        EXPECT_FALSE(encode_arm(word)) << std::hex << word;
    }
}

TEST(arm_codes, accessors_name_the_fields) {
    const decoded d = decode_arm(encode_arm(0xee112f30).value); // mrc p15, 0, r2, c1, c0, 1
    ASSERT_EQ(d.what, form::cp15);
    const cp15_code c{d.payload};
    EXPECT_EQ(c.load(), 1U);
    EXPECT_EQ(c.opc1(), 0U);
    EXPECT_EQ(c.crn(), 1U);
    EXPECT_EQ(c.crm(), 0U);
    EXPECT_EQ(c.opc2(), 1U);
    EXPECT_EQ(c.rt(), 2U);
}

TEST(thumb16_codes, every_halfword_encodes_back_or_is_nothing) {
    uint32_t encoded = 0;
    for (uint32_t half = 0; half <= 0xffff; ++half) {
        if (const maybe code = encode_thumb16(half)) {
            ++encoded;
            EXPECT_EQ(code.value >> 8, 0xdeU);
            EXPECT_EQ(instruction(decode_thumb16(code.value)).value, half);
        }
        if (const decoded d = decode_thumb16(half)) {
            EXPECT_EQ(encode_thumb16(instruction(d).value).value, half);
        }
    }
    EXPECT_EQ(encoded, 16U + 16U + 2U);
    EXPECT_TRUE(encode_thumb16(0xb672));  // cpsid i
    EXPECT_TRUE(encode_thumb16(0xbf30));  // wfi
    EXPECT_FALSE(encode_thumb16(0xbf08)); // it eq
}

TEST(thumb16_codes, others_breakpoints_are_left_alone) {
    for (const uint32_t half : {0xde00U, 0xde01U, 0xde02U, 0xde18U, 0xdefeU, 0xdeffU}) {
        EXPECT_FALSE(decode_thumb16(half)) << std::hex << half;
    }
}

TEST(thumb32_codes, udf_w_carries_16_bits) {
    for (uint32_t imm16 = 0; imm16 <= 0xffff; ++imm16) {
        const maybe back = udf_w_immediate(udf_w(imm16));
        ASSERT_TRUE(back && back.value == imm16);
    }
    EXPECT_EQ(udf_w(0x1234), 0xf7f1a234U);
    EXPECT_FALSE(udf_w_immediate(0xf7f0b000));
    EXPECT_EQ(decode_thumb32(0x1000).what, form::thumb_escape_next);
    EXPECT_EQ(decode_thumb32(0x8001).what, form::thumb_escape);
    EXPECT_EQ(decode_thumb32(0x8001).payload, 1U);
    for (const uint32_t linux_owned : {0x0000U, 0x0018U, 0x0fffU, 0x1001U}) {
        EXPECT_FALSE(decode_thumb32(linux_owned)) << std::hex << linux_owned;
    }
}

} // namespace
