// SPDX-License-Identifier: BSD-2-Clause
// Loads and stores done for the guest, ARM and Thumb, against what A5 and A6 of the
// ARM ARM say of each encoding; faults change nothing; exclusives need a second try.
#include "fake_environment.hpp"

#include "arch/arm/plane/access.hpp"

#include <gtest/gtest.h>

namespace paravane::plane_test {
namespace {

constexpr uint32_t CODE = 0x8000;
constexpr uint32_t DATA = 0x4000;
constexpr uint32_t MARK = 0x89abcdef;

/// r0 = DATA, r1 = MARK, r2 = 8, SP = DATA + 0x80; memory before and behind is marked.
struct prepared : fake_environment {
    explicit prepared(bool thumb) {
        enter(MODE_SVC | (thumb ? uint32_t{CPSR_T} : 0));
        r(0) = DATA;
        r(1) = MARK;
        r(2) = 8;
        r(3) = 0x33333333;
        r(13) = DATA + 0x80;
        r(14) = 0xeeeeeeee;
        for (uint32_t i = 0; i < 64; ++i) {
            poke(DATA - 0x80 + 4 * i, 0xf0f1f280 + i);
        }
        storage.frame.pc = CODE;
    }
    outcome arm(uint32_t word) {
        poke(CODE, word);
        return emulate_access(*this);
    }
    outcome thumb(uint32_t word) {
        if (word >> 16 == 0) {
            poke_half(CODE, word);
        } else {
            poke_half(CODE, word >> 16);
            poke_half(CODE + 2, word);
        }
        return emulate_access(*this);
    }
};

struct store_case {
    const char* text;
    bool thumb;
    uint32_t word;
    uint32_t address; ///< of the first word that changes
    uint32_t value;   ///< which it then holds
    uint32_t base;    ///< register number
    uint32_t after;   ///< its value afterwards
};

constexpr uint32_t at(uint32_t offset) {
    return 0xf0f1f280 + (offset + 0x80) / 4;
}

constexpr store_case STORES[] = {
    {"str r1, [r0]", false, 0xe5801000, DATA, MARK, 0, DATA},
    {"str r1, [r0, #-4]", false, 0xe5001004, DATA - 4, MARK, 0, DATA},
    {"str r1, [r0, #4]!", false, 0xe5a01004, DATA + 4, MARK, 0, DATA + 4},
    {"str r1, [r0], #-8", false, 0xe4001008, DATA, MARK, 0, DATA - 8},
    {"str r1, [r0, r2, lsl #1]", false, 0xe7801082, DATA + 16, MARK, 0, DATA},
    {"str r1, [r0, -r2, lsr #1]!", false, 0xe72010a2, DATA - 4, MARK, 0, DATA - 4},
    {"strb r1, [r0, #1]", false, 0xe5c01001, DATA, (at(0) & ~0xff00u) | 0xef00, 0, DATA},
    {"strh r1, [r0, #2]", false, 0xe1c010b2, DATA, (at(0) & 0xffff) | 0xcdef0000, 0, DATA},
    {"strh r1, [r0, -r2]", false, 0xe10010b2, DATA - 8, (at(-8) & ~0xffffu) | 0xcdef, 0, DATA},
    {"strd r2, r3, [r0, #8]", false, 0xe1c020f8, DATA + 8, 8, 0, DATA},
    {"stm r0, {r1, r2}", false, 0xe8800006, DATA, MARK, 0, DATA},
    {"stmdb r0!, {r1, r2}", false, 0xe9200006, DATA - 8, MARK, 0, DATA - 8},
    {"stmib r0, {r1}", false, 0xe9800002, DATA + 4, MARK, 0, DATA},
    {"stmda r0!, {r1, r2}", false, 0xe8200006, DATA - 4, MARK, 0, DATA - 8},
    {"push {r1, lr}", false, 0xe92d4002, DATA + 0x78, MARK, 13, DATA + 0x78},
    {"strt r1, [r0], #4", false, 0xe4a01004, DATA, MARK, 0, DATA + 4},
    {"str r1, [r0, #4]", true, 0x6041, DATA + 4, MARK, 0, DATA},
    {"str r1, [r0, r2]", true, 0x5081, DATA + 8, MARK, 0, DATA},
    {"strh r1, [r0, #2]", true, 0x8041, DATA, (at(0) & 0xffff) | 0xcdef0000, 0, DATA},
    {"strh r1, [r0, r2]", true, 0x5281, DATA + 8, (at(8) & ~0xffffu) | 0xcdef, 0, DATA},
    {"strb r1, [r0, #1]", true, 0x7041, DATA, (at(0) & ~0xff00u) | 0xef00, 0, DATA},
    {"strb r1, [r0, r2]", true, 0x5481, DATA + 8, (at(8) & ~0xffu) | 0xef, 0, DATA},
    {"str r1, [sp, #8]", true, 0x9102, DATA + 0x88 - 0x80 + 0x80, MARK, 13, DATA + 0x80},
    {"push {r1, lr}", true, 0xb502, DATA + 0x78, MARK, 13, DATA + 0x78},
    {"stm r0!, {r1, r2}", true, 0xc006, DATA, MARK, 0, DATA + 8},
    {"str.w r1, [r0, #0x10]", true, 0xf8c01010, DATA + 16, MARK, 0, DATA},
    {"str.w r1, [r0, #-4]", true, 0xf8401c04, DATA - 4, MARK, 0, DATA},
    {"str.w r1, [r0, #4]!", true, 0xf8401f04, DATA + 4, MARK, 0, DATA + 4},
    {"str.w r1, [r0], #-4", true, 0xf8401904, DATA, MARK, 0, DATA - 4},
    {"str.w r1, [r0, r2, lsl #1]", true, 0xf8401012, DATA + 16, MARK, 0, DATA},
    {"strh.w r1, [r0, r2, lsl #2]", true, 0xf8201022, DATA + 32, (at(32) & ~0xffffu) | 0xcdef, 0,
     DATA},
    {"strb.w r1, [r0, #3]", true, 0xf8801003, DATA, (at(0) & 0xffffff) | 0xef000000, 0, DATA},
    {"strd r1, r2, [r0, #8]!", true, 0xe9e01202, DATA + 8, MARK, 0, DATA + 8},
    {"strd r1, r2, [r0], #8", true, 0xe8e01202, DATA, MARK, 0, DATA + 8},
    {"stmdb r0!, {r1, r2}", true, 0xe9200006, DATA - 8, MARK, 0, DATA - 8},
};

TEST(stores, go_where_the_encoding_says) {
    for (const store_case& one : STORES) {
        prepared env{one.thumb};
        ASSERT_EQ(outcome::next, one.thumb ? env.thumb(one.word) : env.arm(one.word)) << one.text;
        EXPECT_EQ(one.value, env.peek(one.address)) << one.text;
        EXPECT_EQ(one.after, env.r(one.base)) << one.text;
        const uint32_t length = one.thumb && one.word >> 16 == 0 ? 2 : 4;
        EXPECT_EQ(CODE + length, env.storage.frame.pc) << one.text;
    }
}

TEST(stores, that_fault_change_no_register) {
    for (const store_case& one : STORES) {
        prepared env{one.thumb};
        for (const uint32_t page : {DATA, DATA - 0x1000}) {
            env.pages[page] = {true, false, true, false};
        }
        const uint32_t base = env.r(one.base);
        EXPECT_EQ(outcome::data_abort, one.thumb ? env.thumb(one.word) : env.arm(one.word))
            << one.text;
        EXPECT_EQ(base, env.r(one.base)) << one.text;
        EXPECT_EQ(CODE, env.storage.frame.pc) << one.text;
        EXPECT_EQ(0x80fu, env.fault.status) << one.text;
    }
}

struct load_case {
    const char* text;
    bool thumb;
    uint32_t word;
    uint32_t number; ///< register that is loaded
    uint32_t value;
};

constexpr load_case LOADS[] = {
    {"ldr r1, [r0, #4]", false, 0xe5901004, 1, at(4)},
    {"ldrb r1, [r0]", false, 0xe5d01000, 1, at(0) & 0xff},
    {"ldrsb r1, [r0]", false, 0xe1d010d0, 1, 0xffffff00 | (at(0) & 0xff)},
    {"ldrh r1, [r0]", false, 0xe1d010b0, 1, at(0) & 0xffff},
    {"ldrsh r1, [r0]", false, 0xe1d010f0, 1, 0xffff0000 | (at(0) & 0xffff)},
    {"ldrd r2, r3, [r0]", false, 0xe1c020d0, 3, at(4)},
    {"ldm r0, {r0, r1}", false, 0xe8900003, 1, at(4)},
    {"ldr r1, [r0, #4]", true, 0x6841, 1, at(4)},
    {"ldrsb r1, [r0, r2]", true, 0x5681, 1, 0xffffff00 | (at(8) & 0xff)},
    {"ldrsh r1, [r0, r2]", true, 0x5e81, 1, 0xffff0000 | (at(8) & 0xffff)},
    {"ldrsb.w r1, [r0, #0]", true, 0xf9901000, 1, 0xffffff00 | (at(0) & 0xff)},
    {"ldrsh.w r1, [r0, #0]", true, 0xf9b01000, 1, 0xffff0000 | (at(0) & 0xffff)},
    {"ldm r0!, {r0, r1}", true, 0xc803, 0, at(0)},
    {"pop {r1}", true, 0xbc02, 1, at(0x80 - 0x80) + 0x20},
};

TEST(loads, extend_and_fill) {
    for (const load_case& one : LOADS) {
        prepared env{one.thumb};
        env.poke(DATA + 0x80, at(0) + 0x20);
        ASSERT_EQ(outcome::next, one.thumb ? env.thumb(one.word) : env.arm(one.word)) << one.text;
        EXPECT_EQ(one.value, env.r(one.number)) << one.text;
    }
}

TEST(loads, into_pc_choose_the_state) {
    prepared env{false};
    env.poke(DATA, 0x9001);
    ASSERT_EQ(outcome::next, env.arm(0xe590f000)); // LDR PC, [r0]
    EXPECT_EQ(0x9000u, env.storage.frame.pc);
    EXPECT_TRUE(is_thumb(env));
}

TEST(unprivileged, access_is_checked_as_user) {
    for (const uint32_t word : {0xe4b01004u, 0xe4a01004u}) { // LDRT, STRT
        prepared env{false};
        env.pages[DATA] = {true, true, false, false};
        EXPECT_EQ(outcome::data_abort, env.arm(word));
        EXPECT_EQ(DATA, env.r(0));
        env.pages[DATA] = {false, false, true, true};
        EXPECT_EQ(outcome::next, env.arm(word));
        EXPECT_EQ(DATA + 4, env.r(0));
    }
}

TEST(unaligned, words_go_by_bytes_unless_forbidden) {
    prepared env{false};
    env.r(0) = DATA + 1;
    ASSERT_EQ(outcome::next, env.arm(0xe5801000));
    EXPECT_EQ((at(0) & 0xff) | MARK << 8, env.peek(DATA));
    env.storage.cp15.sctlr |= 2;
    env.storage.frame.pc = CODE;
    ASSERT_EQ(outcome::data_abort, env.arm(0xe5801000));
    EXPECT_EQ(0x801u, env.fault.status);
}

TEST(big_endian, bytes_are_swapped) {
    prepared env{false};
    env.storage.frame.cpsr |= CPSR_E;
    ASSERT_EQ(outcome::next, env.arm(0xe5801000));
    EXPECT_EQ(__builtin_bswap32(MARK), env.peek(DATA));
    env.storage.frame.pc = CODE;
    ASSERT_EQ(outcome::next, env.arm(0xe1d030b0)); // LDRH r3, [r0]
    EXPECT_EQ(0x89abu, env.r(3));
}

TEST(exclusive, passes_when_nothing_came_between_two_tries) {
    for (const bool thumb : {false, true}) {
        const uint32_t word = thumb ? 0xe8401300 : 0xe1803f91; // STREX r3, r1, [r0]
        prepared env{thumb};
        const auto attempt = [&] {
            env.storage.frame.pc = CODE;
            EXPECT_EQ(outcome::next, thumb ? env.thumb(word) : env.arm(word));
            return env.r(3);
        };
        EXPECT_EQ(1u, attempt());
        EXPECT_EQ(at(0), env.peek(DATA));
        EXPECT_EQ(0u, attempt());
        EXPECT_EQ(MARK, env.peek(DATA));
        EXPECT_EQ(1u, attempt()) << "one success does not buy the next";
        take_exception(env, exception::irq);
        env.enter(MODE_SVC | (thumb ? uint32_t{CPSR_T} : 0));
        EXPECT_EQ(1u, attempt()) << "an interrupt came between";
        EXPECT_EQ(0u, attempt());
    }
}

TEST(exclusive, all_sizes) {
    struct size_case {
        uint32_t arm;
        uint32_t first;
        uint32_t second;
    };
    constexpr size_case SIZES[] = {
        {0xe1a04f92, 8, 0x33333333},                      // STREXD r4, r2, r3, [r0]
        {0xe1c04f91, (at(0) & ~0xffu) | 0xef, at(4)},     // STREXB
        {0xe1e04f91, (at(0) & ~0xffffu) | 0xcdef, at(4)}, // STREXH
    };
    for (const size_case& one : SIZES) {
        prepared env{false};
        ASSERT_EQ(outcome::next, env.arm(one.arm));
        env.storage.frame.pc = CODE;
        ASSERT_EQ(outcome::next, env.arm(one.arm));
        EXPECT_EQ(0u, env.r(4));
        EXPECT_EQ(one.first, env.peek(DATA));
        EXPECT_EQ(one.second, env.peek(DATA + 4));
    }
}

TEST(swap, exchanges) {
    prepared env{false};
    ASSERT_EQ(outcome::next, env.arm(0xe1003091)); // SWP r3, r1, [r0]
    EXPECT_EQ(at(0), env.r(3));
    EXPECT_EQ(MARK, env.peek(DATA));
}

TEST(access, leaves_alone_what_it_does_not_know) {
    for (const uint32_t word : {0xed800b00u, 0xf4000a0fu, 0xf5d0f000u, 0xe1a00000u, 0xe0010392u,
                                0xe8c00006u, 0xe1903f9fu}) {
        prepared env{false};
        EXPECT_EQ(outcome::undefined, env.arm(word)) << std::hex << word;
        EXPECT_EQ(CODE, env.storage.frame.pc);
    }
    for (const uint32_t word : {0xed800b00u, 0xbf00u, 0x4801u, 0xe8d0f000u, 0xf0000000u}) {
        prepared env{true};
        EXPECT_EQ(outcome::undefined, env.thumb(word)) << std::hex << word;
    }
}

TEST(access, advances_it) {
    prepared env{true};
    env.storage.frame.cpsr |= CPSR_IT & (0x04u << 8); // EQ, one more to come
    ASSERT_EQ(outcome::next, env.thumb(0x6001));
    EXPECT_EQ(0x08u << 8, env.storage.frame.cpsr & CPSR_IT);
}

} // namespace
} // namespace paravane::plane_test
