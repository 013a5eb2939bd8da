// SPDX-License-Identifier: BSD-2-Clause
// The ways into the plane: every code stands for its instruction, escapes, conditions,
// Thumb codes and IT blocks, what User mode may do.
#include "fake_environment.hpp"
#include "paravane/plane.hpp"

#include <gtest/gtest.h>

#include <random>

namespace paravane::plane_test {
namespace {

/// State that shows what was done, to compare two environments.
std::vector<uint32_t> picture(fake_environment& env) {
    std::vector<uint32_t> words;
    for (uint32_t i = 0; i < 16; ++i) {
        words.push_back(env.r(i));
    }
    words.push_back(virtual_cpsr(env));
    words.push_back(env.shared.spsr);
    for (const banked_registers& bank : env.storage.banks) {
        words.insert(words.end(), {bank.sp, bank.lr, bank.spsr});
    }
    return words;
}

void randomize(fake_environment& env, std::mt19937& random) {
    env.enter((random() & 0xf80f03c0) | MODE_SVC);
    for (uint32_t i = 0; i < 15; ++i) {
        env.r(i) = random();
    }
    env.r(13) = 0x20000;
    env.shared.spsr = (random() & 0xf80f03c0) | MODE_USR;
}

TEST(codes, do_what_their_instructions_do) {
    std::mt19937 random{11};
    uint32_t direct = 0;
    for (uint32_t round = 0; round < 200000; ++round) {
        const uint32_t code = random() & 0x3fffff;
        const auto original = abi::plane::instruction(abi::plane::decode_arm(0xc00000 + code));
        if (!original) {
            continue;
        }
        ++direct;
        std::mt19937 again = random;
        fake_environment coded;
        randomize(coded, random);
        fake_environment plain;
        randomize(plain, again);
        coded.storage.frame.pc = 0x8004;
        const outcome got = emulate_code(coded, code);
        const outcome expected = plain.run(original.value);
        if (expected >= outcome::undefined) {
            plain.storage.frame.pc = 0x8000;
        }
        ASSERT_EQ(expected, got) << std::hex << code << " " << original.value;
        ASSERT_EQ(picture(plain), picture(coded)) << std::hex << code << " " << original.value;
        ASSERT_EQ(plain.log, coded.log) << std::hex << code << " " << original.value;
        if (direct == 3000) {
            return;
        }
    }
    FAIL() << "only " << direct << " codes were met";
}

TEST(codes, that_stand_for_nothing_are_undefined) {
    fake_environment env;
    env.storage.frame.pc = 0x8004;
    EXPECT_EQ(outcome::undefined, emulate_code(env, 0x3fffff));
    EXPECT_EQ(0x8000u, env.storage.frame.pc);
}

TEST(escapes, take_the_table_or_the_next_word) {
    fake_environment env;
    env.enter(MODE_SVC);
    env.escapes = {0xe10f3000, 0xe1a00000};
    env.storage.frame.pc = 0x8004;
    ASSERT_EQ(outcome::next, emulate_code(env, 0x220000)); // MRS r3, CPSR
    EXPECT_EQ(uint32_t{MODE_SVC}, env.r(3));
    EXPECT_EQ(0x8004u, env.storage.frame.pc);
    EXPECT_EQ(outcome::undefined, emulate_code(env, 0x220001)); // MOV r0, r0 is none of ours
    env.storage.frame.pc = 0x8004;
    EXPECT_EQ(outcome::undefined, emulate_code(env, 0x220002)); // beyond the table
    env.poke(0x8004, 0xe10f4000);
    env.storage.frame.pc = 0x8004;
    ASSERT_EQ(outcome::next, emulate_code(env, 0x21a000)); // the next word
    EXPECT_EQ(uint32_t{MODE_SVC}, env.r(4));
    EXPECT_EQ(0x8008u, env.storage.frame.pc);
}

TEST(escapes, of_escapes_do_not_nest) {
    fake_environment env;
    env.escapes = {0xefe20000};
    env.storage.frame.pc = 0x8004;
    EXPECT_EQ(outcome::undefined, emulate_code(env, 0x220000));
}

TEST(conditions, hold_for_traps_that_came_as_undefined) {
    struct meaning {
        uint32_t condition;
        bool (*holds)(bool n, bool z, bool c, bool v);
    };
    static constexpr meaning MEANINGS[] = {
        {0, [](bool, bool z, bool, bool) { return z; }},
        {1, [](bool, bool z, bool, bool) { return !z; }},
        {2, [](bool, bool, bool c, bool) { return c; }},
        {3, [](bool, bool, bool c, bool) { return !c; }},
        {4, [](bool n, bool, bool, bool) { return n; }},
        {5, [](bool n, bool, bool, bool) { return !n; }},
        {6, [](bool, bool, bool, bool v) { return v; }},
        {7, [](bool, bool, bool, bool v) { return !v; }},
        {8, [](bool, bool z, bool c, bool) { return c && !z; }},
        {9, [](bool, bool z, bool c, bool) { return !c || z; }},
        {10, [](bool n, bool, bool, bool v) { return n == v; }},
        {11, [](bool n, bool, bool, bool v) { return n != v; }},
        {12, [](bool n, bool z, bool, bool v) { return !z && n == v; }},
        {13, [](bool n, bool z, bool, bool v) { return z || n != v; }},
        {14, [](bool, bool, bool, bool) { return true; }},
    };
    for (const meaning& one : MEANINGS) {
        for (uint32_t flags = 0; flags < 16; ++flags) {
            fake_environment env;
            env.enter(flags << 28 | MODE_SVC);
            env.poke(0x8000, one.condition << 28 | 0x014f7000); // MRS r7, SPSR
            env.shared.spsr = 0x12345610;
            env.storage.frame.pc = 0x8000;
            ASSERT_EQ(outcome::next, emulate_undefined(env));
            const bool holds =
                one.holds((flags & 8) != 0, (flags & 4) != 0, (flags & 2) != 0, (flags & 1) != 0);
            EXPECT_EQ(holds ? 0x12345610u : 0u, env.r(7)) << one.condition << " " << flags;
            EXPECT_EQ(0x8004u, env.storage.frame.pc);
        }
    }
}

TEST(thumb, codes_work_in_kernel_modes_only) {
    for (const bool user : {false, true}) {
        fake_environment env;
        env.enter(CPSR_T | (user ? uint32_t{MODE_USR} : MODE_SVC | 0x1c0u));
        env.poke_half(0x8000, 0xde42); // the code of CPSIE i
        env.storage.frame.pc = 0x8000;
        EXPECT_EQ(user ? outcome::undefined : outcome::next, emulate_undefined(env));
        EXPECT_EQ(user ? 0x8000u : 0x8002u, env.storage.frame.pc);
        if (!user) {
            EXPECT_EQ(0x140u | CPSR_T | MODE_SVC, virtual_cpsr(env));
        }
    }
}

TEST(thumb, hints_wait) {
    fake_environment env;
    env.enter(CPSR_T | MODE_SVC);
    env.poke_half(0x8000, 0xde53); // WFI
    env.storage.frame.pc = 0x8000;
    EXPECT_EQ(outcome::wait, emulate_undefined(env));
    EXPECT_EQ(0x8002u, env.storage.frame.pc);
}

TEST(thumb, it_blocks_are_walked) {
    struct step {
        uint32_t flags;
        bool done;
        uint32_t it_after;
    };
    // IT EQ with three more: state 0000 0001 → 0000 0010 and so on.
    for (const step& one : {step{0x40000000, true, 0x02}, step{0, false, 0x02}}) {
        fake_environment env;
        env.enter(MODE_SVC | CPSR_T | one.flags | (0x01u & 3) << 25);
        env.poke_half(0x8000, 0xf3ef); // MRS r0, CPSR
        env.poke_half(0x8002, 0x8000);
        env.storage.frame.pc = 0x8000;
        ASSERT_EQ(outcome::next, emulate_undefined(env));
        EXPECT_EQ(one.done ? one.flags | MODE_SVC : 0u, env.r(0));
        EXPECT_EQ(0x8004u, env.storage.frame.pc);
        EXPECT_EQ((one.it_after & 3) << 25, env.storage.frame.cpsr & CPSR_IT);
    }
}

TEST(thumb, escapes_take_the_table_or_what_follows) {
    fake_environment env;
    env.enter(MODE_SVC | CPSR_T);
    env.escapes = {0xf3ef8300}; // MRS r3, CPSR
    const auto put = [&env](uint32_t at, uint32_t word) {
        env.poke_half(at, word >> 16);
        env.poke_half(at + 2, word);
    };
    put(0x8000, abi::plane::udf_w(abi::plane::thumb_escape_code::BASE));
    env.storage.frame.pc = 0x8000;
    ASSERT_EQ(outcome::next, emulate_undefined(env));
    EXPECT_EQ(uint32_t{MODE_SVC}, env.r(3));
    EXPECT_EQ(0x8004u, env.storage.frame.pc);
    put(0x8004, abi::plane::udf_w(abi::plane::thumb_escape_next_code::BASE));
    put(0x8008, 0xf3ef8400);
    ASSERT_EQ(outcome::next, emulate_undefined(env));
    EXPECT_EQ(uint32_t{MODE_SVC}, env.r(4));
    EXPECT_EQ(0x800cu, env.storage.frame.pc);
}

TEST(user_mode, gets_no_further_than_hardware_lets_it) {
    struct attempt {
        uint32_t word;
        bool allowed;
    };
    static constexpr attempt ATTEMPTS[] = {
        {0xee1d0f70, true},  {0xee0d0f70, false},                      // TPIDRURO read, write
        {0xee1d0f50, true},  {0xee0d0f50, true},                       // TPIDRURW
        {0xee070fba, true},  {0xee070f9a, true},  {0xee070f95, true},  // DMB, DSB, ISB
        {0xee100f10, false}, {0xee030f10, false}, {0xee070f15, false}, // MIDR, DACR, ICIALLU
        {0xee110e10, false}, {0xe1600070, false}, {0xe1400070, false}, // CP14, SMC, HVC
        {0xf8910a00, false}, {0xf8cd0513, false}, {0xeef80a10, false}, // RFE, SRS, FPEXC
        {0xec510f1e, false},                                           // CNTVCT
    };
    for (const attempt& one : ATTEMPTS) {
        fake_environment env;
        env.enter(MODE_USR);
        env.storage.cp15.cpacr = 0x00f00000;
        env.shared.counter_hz = 1000;
        EXPECT_EQ(one.allowed ? outcome::next : outcome::undefined, env.run(one.word))
            << std::hex << one.word;
    }
}

} // namespace
} // namespace paravane::plane_test
