// SPDX-License-Identifier: BSD-2-Clause
// The classifier against LLVM MC over a wide sample of encodings, and classes
// and identities one by one.
#include "census/classify.hpp"
#include "census/disassembler.hpp"

#include "text_oracle.hpp"

#include <gtest/gtest.h>

#include <random>

namespace paravane::port::test {
namespace {

kind kind_by_mc(disassembler& mc, isa set, uint32_t word, unsigned size, bool& known) {
    std::string opcode;
    known = mc.decode(set, word, size, opcode);
    if (!known)
        return kind::none;
    const std::string text = mc.text(set, word, size, kind::none);
    const size_t space = text.find(' ');
    return kind_of_text(set, text.substr(0, space),
                        space == std::string::npos ? "" : text.substr(space + 1));
}

/// MC may not know a word that a core ignores odd bits of; what it knows must agree.
void expect_same(disassembler& mc, isa set, uint32_t word, unsigned size, kind mine) {
    bool known = false;
    const kind theirs = kind_by_mc(mc, set, word, size, known);
    if (known) {
        ASSERT_EQ(name_of(theirs), name_of(mine))
            << std::hex << word << ": " << mc.text(set, word, size, kind::none);
    }
}

constexpr uint32_t ARM_ROUNDS = 600'000;

TEST(classify_against_mc, arm_sample) {
    disassembler mc;
    std::mt19937 random(1);
    for (uint32_t i = 0; i < ARM_ROUNDS && !HasFatalFailure(); ++i) {
        uint32_t word = random();
        if (i % 4 == 0)
            word |= 0xf0000000;
        expect_same(mc, isa::arm, word, 4, classify_arm(word).what);
    }
}

/// Every value of bits 27:20, 7:4 and 15:12 with plausible neighbours.
TEST(classify_against_mc, arm_grid) {
    disassembler mc;
    for (uint32_t top = 0; top < 256; ++top)
        for (uint32_t low = 0; low < 256; ++low)
            for (uint32_t rd : {0x0u, 0xeu, 0xfu})
                for (uint32_t rest :
                     {0x000f0000u, 0x00000f00u, 0x000f0f00u, 0x00010e00u, 0x00080a00u})
                    for (uint32_t condition : {0xeu, 0x1u, 0xfu}) {
                        const uint32_t word = condition << 28 | top << 20 | rd << 12 | rest | low;
                        expect_same(mc, isa::arm, word, 4, classify_arm(word).what);
                        if (HasFatalFailure())
                            return;
                    }
}

TEST(classify_against_mc, all_thumb16) {
    disassembler mc;
    for (uint32_t half = 0; half < 0xe800 && !HasFatalFailure(); ++half)
        expect_same(mc, isa::thumb, half, 2, classify_thumb16(static_cast<uint16_t>(half)).what);
}

TEST(classify_against_mc, thumb32_sample) {
    disassembler mc;
    std::mt19937 random(2);
    for (uint32_t high = 0xe800; high <= 0xffff; ++high)
        for (uint32_t i = 0; i < 60; ++i) {
            const uint32_t low = i < 16 ? 0x8000 | i << 8 | (random() & 0xff) : random() & 0xffff;
            const uint32_t word = high << 16 | low;
            expect_same(mc, isa::thumb, word, 4, classify_thumb32(word).what);
            if (HasFatalFailure())
                return;
        }
}

struct class_case {
    uint32_t word;
    kind what;
    sensitivity cls;
    cpu_arch arch = cpu_arch::v7;
};

using enum sensitivity;

TEST(classify, classes_of_arm_words) {
    const class_case cases[] = {
        {0xe10f0000, kind::mrs_cpsr, silent},
        {0xe121f000, kind::msr_cpsr, silent},
        {0xe128f000, kind::msr_cpsr, harmless}, // flags
        {0xe12cf000, kind::msr_cpsr, harmless}, // flags and GE
        {0xe122f000, kind::msr_cpsr, silent},   // x: A
        {0xe321f0d3, kind::msr_cpsr, silent},
        {0xe14f0000, kind::mrs_spsr, unpredictable},
        {0xf10c0080, kind::cps, silent},
        {0xe320f003, kind::hint, silent},
        {0xe320f004, kind::hint, harmless},
        {0xee1d0f70, kind::cp15, harmless},      // TPIDRURO read
        {0xee0d0f70, kind::cp15, trapping},      // TPIDRURO write
        {0xec510f1e, kind::cp15_pair, harmless}, // CNTVCT
        {0xee0d0f50, kind::cp15, harmless},      // TPIDRURW
        {0xee1d0f90, kind::cp15, trapping},      // TPIDRPRW
        {0xee070fba, kind::cp15, harmless},      // DMB
        {0xee070f9a, kind::cp15, harmless},      // DSB
        {0xee070f9a, kind::cp15, trapping, cpu_arch::v5},
        {0xee070f95, kind::cp15, harmless},       // ISB
        {0xee100f10, kind::cp15, trapping},       // MIDR
        {0xee190f1e, kind::cp15, silent},         // PMUSERENR
        {0xee100e10, kind::cp14, silent},         // DBGDIDR
        {0xeef80a10, kind::vfp_system, trapping}, // FPEXC
        {0xeef10a10, kind::vfp_system, harmless}, // FPSCR
        {0xe1600070, kind::smc, trapping},
        {0xe1400070, kind::hvc, trapping},
        {0xe4b10000, kind::ldrt_strt, silent},
        {0xe1b0f00e, kind::data_pc, unpredictable},
        {0xf1010200, kind::setend, harmless},
        {0xe1020091, kind::none, none}, // SWP
        {0xe1a0f00e, kind::none, none}, // MOV PC, LR
        {0xe131f00e, kind::none, none}, // TEQ with Rd = 15
        {0xe320f000, kind::none, none}, // NOP
        {0xef000000, kind::none, none}, // SVC
    };
    for (const class_case& c : cases) {
        const auto got = classify_arm(c.word, c.arch);
        EXPECT_EQ(name_of(got.what), name_of(c.what)) << std::hex << c.word;
        EXPECT_EQ(name_of(got.cls), name_of(c.cls)) << std::hex << c.word;
        EXPECT_EQ(got.reason.empty(), c.what == kind::none) << std::hex << c.word;
    }
}

TEST(classify, ignores_bits_that_cores_ignore) {
    EXPECT_EQ(classify_arm(0xe1000000).what, kind::mrs_cpsr);
    EXPECT_EQ(classify_arm(0xf8410500).what, kind::srs);
    EXPECT_EQ(classify_arm(0xf8100000).what, kind::rfe);
    EXPECT_EQ(classify_arm(0xf10cfe80).what, kind::cps);
    EXPECT_EQ(classify_thumb16(0xb67a).what, kind::cps);
}

TEST(classify, udf_is_not_smc) {
    EXPECT_EQ(classify_thumb32(0xf7f1a000).what, kind::none);
}

TEST(identity, forgets_condition_and_registers_only) {
    EXPECT_EQ(identity_of(isa::arm, 0x1e11af10), identity_of(isa::arm, 0xee110f10));
    EXPECT_NE(identity_of(isa::arm, 0xee110f10), identity_of(isa::arm, 0xee120f10));
    EXPECT_NE(identity_of(isa::arm, 0xee010f10), identity_of(isa::arm, 0xee110f10));
    EXPECT_NE(identity_of(isa::arm, 0xf10c0080), identity_of(isa::arm, 0xf1080080));
    EXPECT_NE(identity_of(isa::arm, 0xe121f000), identity_of(isa::arm, 0xe129f000));
    EXPECT_EQ(identity_of(isa::arm, 0xe121f000), identity_of(isa::arm, 0x0121f007));
    EXPECT_NE(identity_of(isa::arm, 0xe321f0d3), identity_of(isa::arm, 0xe321f0d2));
    EXPECT_EQ(identity_of(isa::arm, 0xe4b10004), identity_of(isa::arm, 0xe4b56000));
    EXPECT_EQ(identity_of(isa::thumb, 0xf3ef8000), identity_of(isa::thumb, 0xf3ef8500));
    EXPECT_EQ(identity_of(isa::thumb, 0xb672), 0xb672u);
}

} // namespace
} // namespace paravane::port::test
