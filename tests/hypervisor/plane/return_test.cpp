// SPDX-License-Identifier: BSD-2-Clause
// Exception entry and return. The data-processing returns are checked against a
// table written from ARM ARM A5.2.1, because QEMU implements only two of them.
#include "fake_environment.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace paravane::plane_test {
namespace {

struct opcode_meaning {
    uint32_t opcode;
    std::function<uint32_t(uint32_t rn, uint32_t op2, uint32_t carry)> result;
};

const opcode_meaning OPCODES[] = {
    {0x0, [](uint32_t a, uint32_t b, uint32_t) { return a & b; }},
    {0x1, [](uint32_t a, uint32_t b, uint32_t) { return a ^ b; }},
    {0x2, [](uint32_t a, uint32_t b, uint32_t) { return a + ~b + 1; }},
    {0x3, [](uint32_t a, uint32_t b, uint32_t) { return ~a + b + 1; }},
    {0x4, [](uint32_t a, uint32_t b, uint32_t) { return a + b; }},
    {0x5, [](uint32_t a, uint32_t b, uint32_t c) { return a + b + c; }},
    {0x6, [](uint32_t a, uint32_t b, uint32_t c) { return a + ~b + c; }},
    {0x7, [](uint32_t a, uint32_t b, uint32_t c) { return ~a + b + c; }},
    {0xc, [](uint32_t a, uint32_t b, uint32_t) { return a | b; }},
    {0xd, [](uint32_t, uint32_t b, uint32_t) { return b; }},
    {0xe, [](uint32_t a, uint32_t b, uint32_t) { return a & ~b; }},
    {0xf, [](uint32_t, uint32_t b, uint32_t) { return ~b; }},
};

TEST(data_return, every_opcode_by_register_and_immediate) {
    std::mt19937 random{7};
    for (const opcode_meaning& one : OPCODES) {
        for (int round = 0; round < 200; ++round) {
            fake_environment env;
            const uint32_t carry = round & 1;
            env.enter(MODE_IRQ | carry << 29);
            env.shared.spsr = 0x60000000 | MODE_SYS | ((round & 2) != 0 ? uint32_t{CPSR_T} : 0);
            env.r(1) = random();
            env.r(2) = random();
            const bool immediate = (round & 4) != 0;
            const uint32_t imm8 = random() & 0xff;
            const uint32_t word =
                0xe010f000 | one.opcode << 21 | 1 << 16 | (immediate ? 1u << 25 | imm8 : 2);
            const uint32_t expected = one.result(env.r(1), immediate ? imm8 : env.r(2), carry);
            ASSERT_EQ(outcome::jump, env.run(word));
            EXPECT_EQ(expected & ((round & 2) != 0 ? ~1u : ~3u), env.storage.frame.pc)
                << std::hex << word;
            EXPECT_EQ(0x60000000 | MODE_SYS | ((round & 2) != 0 ? uint32_t{CPSR_T} : 0),
                      virtual_cpsr(env));
        }
    }
}

TEST(data_return, compares_and_register_shifts_are_not_returns) {
    fake_environment env;
    env.enter(MODE_SVC);
    for (const uint32_t word : {0xe110f000u, 0xe130f000u, 0xe150f000u, 0xe170f000u, 0xe1b0f211u}) {
        EXPECT_EQ(outcome::undefined, env.run(word)) << std::hex << word;
    }
}

TEST(data_return, user_and_system_mode_have_nothing_to_return_with) {
    for (const uint32_t mode : {uint32_t{MODE_USR}, uint32_t{MODE_SYS}}) {
        fake_environment env;
        env.enter(mode);
        EXPECT_EQ(outcome::undefined, env.run(0xe1b0f00e)); // MOVS PC, LR
        EXPECT_EQ(outcome::undefined, env.run(0xe8fd8000)); // LDM SP!, {PC}^
    }
}

TEST(data_return, of_a_mode_that_does_not_exist_kills) {
    fake_environment env;
    env.enter(MODE_SVC);
    env.shared.spsr = 0x1a;
    EXPECT_EQ(outcome::kill, env.run(0xe1b0f00e));
    EXPECT_EQ(kill_reason::illegal_mode, env.reason);
}

TEST(data_return, hides_jazelle_and_stray_it_from_the_hardware) {
    fake_environment env;
    env.enter(MODE_SVC);
    env.shared.spsr = CPSR_J | CPSR_IT | MODE_USR;
    ASSERT_EQ(outcome::jump, env.run(0xe1b0f00e));
    EXPECT_EQ(uint32_t{MODE_USR}, env.storage.frame.cpsr);
    EXPECT_EQ((std::vector<std::string>{"user 1", "clear_monitor"}), env.log);
}

TEST(load_return, leaves_everything_alone_when_it_faults) {
    fake_environment env;
    env.enter(MODE_SVC | 0xc0);
    env.pages[0x5000] = {false, true, true, true};
    env.r(13) = 0x4ff8;
    env.r(0) = 11;
    ASSERT_EQ(outcome::data_abort, env.run(0xe8fd8003)); // LDM SP!, {r0, r1, PC}^
    EXPECT_EQ(0x5000u, env.fault.address.value());
    EXPECT_EQ(0x00fu, env.fault.status);
    EXPECT_EQ(0x4ff8u, env.r(13));
    EXPECT_EQ(11u, env.r(0));
    EXPECT_EQ(uint32_t{MODE_SVC}, env.storage.mode);
}

TEST(blocks, unaligned_bases_are_alignment_faults) {
    fake_environment env;
    env.enter(MODE_SVC);
    env.r(1) = 0x4002;
    EXPECT_EQ(outcome::data_abort, env.run(0xf8910a00)); // RFEIA r1
    EXPECT_EQ(0x001u, env.fault.status);
    env.r(13) = 0x4001;
    EXPECT_EQ(outcome::data_abort, env.run(0xf8cd0513)); // SRSIA SP, #svc
    EXPECT_EQ(0x801u, env.fault.status);
}

TEST(blocks, srs_stores_on_no_stack_of_a_mode_that_does_not_exist) {
    fake_environment env;
    env.enter(MODE_SVC);
    for (const uint32_t mode : {0x00u, 0x14u, 0x16u, 0x1au, 0x1eu}) {
        EXPECT_EQ(outcome::undefined, env.run(0xf8cd0500 | mode)) << std::hex << mode;
    }
}

struct entry_case {
    exception kind;
    uint32_t offset;
    uint32_t mode;
    uint32_t lr_arm;
    uint32_t lr_thumb;
    uint32_t masks;
};

/// ARM ARM B1.8, tables B1-3 and B1-7.
constexpr entry_case ENTRIES[] = {
    {exception::undefined, 0x04, MODE_UND, 4, 2, 0x80},
    {exception::supervisor_call, 0x08, MODE_SVC, 0, 0, 0x80},
    {exception::prefetch_abort, 0x0c, MODE_ABT, 4, 4, 0x180},
    {exception::data_abort, 0x10, MODE_ABT, 8, 8, 0x180},
    {exception::irq, 0x18, MODE_IRQ, 4, 4, 0x180},
    {exception::fiq, 0x1c, MODE_FIQ, 4, 4, 0x1c0},
};

TEST(entry, follows_the_tables) {
    for (const entry_case& one : ENTRIES) {
        for (uint32_t variant = 0; variant < 16; ++variant) {
            fake_environment env;
            const bool thumb = (variant & 1) != 0;
            const uint32_t before = 0xa8050200 | MODE_USR | (thumb ? CPSR_T | 0x0600a800 : 0);
            env.enter(before);
            env.storage.frame.pc = 0x1000;
            uint32_t base = 0;
            if ((variant & 2) != 0) {
                env.storage.cp15.vbar = base = 0x40000020;
            }
            if ((variant & 4) != 0) {
                env.storage.cp15.sctlr |= 1u << 13;
                base = 0xffff0000;
            }
            const bool te_ee = (variant & 8) != 0;
            if (te_ee) {
                env.storage.cp15.sctlr |= 1u << 30 | 1u << 25;
            }
            take_exception(env, one.kind);
            EXPECT_EQ(base + one.offset, env.storage.frame.pc);
            EXPECT_EQ(0x1000 + (thumb ? one.lr_thumb : one.lr_arm), env.r(14));
            EXPECT_EQ(before, env.shared.spsr);
            EXPECT_EQ(0xa8050000 | one.masks | one.mode | (te_ee ? 0x220u : 0u), virtual_cpsr(env));
            EXPECT_EQ(one.mode, env.shared.mode);
        }
    }
}

TEST(entry, keeps_masks_that_were_set) {
    fake_environment env;
    env.enter(0x1c0 | MODE_SVC);
    take_exception(env, exception::undefined);
    EXPECT_EQ(0x1c0u | MODE_UND, virtual_cpsr(env));
}

} // namespace
} // namespace paravane::plane_test
