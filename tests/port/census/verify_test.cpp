// SPDX-License-Identifier: BSD-2-Clause
// verify refuses a planted site of each class in each kind of function, honours
// the allow-list only as far as it may, and believes 'unreached' only proven.
#include "census/verify.hpp"

#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paravane::port::test {
namespace {

using testing::HasSubstr;

allow_list list_of(std::string_view text) {
    auto list = parse_allow_list(text, "allow.toml");
    EXPECT_TRUE(list) << list.error().message;
    return list ? *list : allow_list{};
}

class verify_fixture : public testing::Test {
protected:
    elf_image linked(std::string_view source, std::string_view flags = "") {
        const auto path = link(folder, assemble(folder, "code", source, "-march=armv7-a"), flags);
        auto image = elf_image::open(path.string());
        if (!image)
            throw std::runtime_error(image.error().message);
        return std::move(*image);
    }
    scratch_folder folder;
};

/// Where the instructions are planted: text before and after them.
struct planted {
    const char* place;
    const char* before;
    const char* after;
};

constexpr planted PLACES[] = {
    {"global function", ".globl f\n.type f,%function\nf: nop\n", "bx lr\n.size f,.-f\n"},
    {"local label", "f: nop\nlocal: nop\n", "bx lr\n"},
    {"behind a literal pool", "f: b 1f\n.word 0xe10f0000\n1: nop\n", "bx lr\n"},
    {"init section", "nop\n.section .init.text,\"ax\"\ng: nop\n", "bx lr\n"},
    {"hidden in data", "nop\n.section .alt.smp.init,\"a\"\n.long 0\n", ""},
    {"writable code", "nop\n.section .wx,\"awx\"\n", "bx lr\n"},
};

constexpr const char* PLANTED_ARM[] = {"cpsid i",       "mrs r0, cpsr",  "msr cpsr_c, r0",
                                       "ldrt r0, [r1]", "wfi",           "mrc p15,0,r0,c1,c0,0",
                                       "smc #0",        "mrs r0, spsr",  "movs pc, lr",
                                       "rfeia sp!",     "srsdb sp!,#19", "ldm sp, {r0-lr}^"};

TEST_F(verify_fixture, finds_each_class_in_each_place) {
    std::string all;
    for (const char* code : PLANTED_ARM)
        all += std::string(code) + "\n";
    for (const planted& place : PLACES) {
        const auto image = linked(".syntax unified\n.arch_extension sec\n.text\n.arm\n" +
                                  std::string(place.before) + all + place.after);
        const auto result = verify(image, {});
        ASSERT_TRUE(result);
        EXPECT_EQ(result->findings.size(), std::size(PLANTED_ARM)) << place.place;
    }
}

TEST_F(verify_fixture, finds_each_class_in_thumb) {
    for (const char* code : {"cpsid i", "cpsid.w i", "mrs r0, cpsr", "wfi", "ldrt r0, [r1]",
                             "mrc p15,0,r0,c1,c0,0", "subs pc, lr, #4", "rfeia sp!"}) {
        const auto image = linked(".syntax unified\n.thumb\n.type f,%function\nf: nop\n" +
                                  std::string(code) + "\nbx lr\n");
        const auto result = verify(image, {});
        ASSERT_TRUE(result);
        EXPECT_EQ(result->findings.size(), 1u) << code;
    }
}

TEST_F(verify_fixture, takes_no_data_for_code) {
    const auto image = linked(".arm\nf: ldr r0, =0xf10c0080\nbx lr\n.ltorg\n.word 0xe10f0000\n"
                              ".section .rodata,\"a\"\n.word 0xe10f0000\n");
    const auto result = verify(image, {});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->findings.empty());
}

TEST_F(verify_fixture, tells_of_words_that_code_runs_into) {
    const std::pair<const char*, bool> cases[] = {
        {"f: nop\n.word 0xe10f0000\nbx lr\n", true},
        {"f: bne f\n.word 0xe320f003\nbx lr\n", true},
        {"f: bx lr\n.word 0xe10f0000\nnop\n", false},
        {"f: bl f\n.word 0xe10f0000\nbx lr\n", false},
        {"f: nop\n.word 0xe1a00000\nbx lr\n", false},
        {"f: nop\n.word 0xe10f0000\n", false},
        {".thumb\nf: nop\n.short 0xb672\nbx lr\n", true},
        {".thumb\nf: bx lr\n.short 0xb672\nnop\n", false},
    };
    for (const auto& [code, told] : cases) {
        const auto result = verify(linked(std::string(".syntax unified\n.arm\n") + code), {});
        EXPECT_TRUE(result->findings.empty()) << code;
        ASSERT_EQ(result->notes.size(), told ? 1u : 0u) << code;
        if (told) {
            EXPECT_THAT(result->notes[0], HasSubstr("written as data and code runs into it"));
        }
    }
}

TEST_F(verify_fixture, accepts_harmless) {
    const auto image =
        linked(".arm\nf: mrc p15,0,r0,c13,c0,3\nmsr cpsr_f, r0\nmcr p15,0,r0,c7,c10,5\nbx lr\n");
    const auto result = verify(image, {});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->findings.empty());
    EXPECT_EQ(result->harmless.size(), 3u);
}

constexpr std::string_view TRAPPING = ".arm\n.globl f\n.type f,%function\nf: mrc p15,0,r0,c1,c0,0\n"
                                      "bx lr\n.size f,.-f\n";

TEST_F(verify_fixture, allows_by_function_and_encoding_only) {
    const auto image = linked(TRAPPING);
    const auto good = list_of("[[allow]]\nfunction='f'\nencoding='0xee110f10'\nreason='probe'\n");
    EXPECT_TRUE(verify(image, good)->findings.empty());
    const auto other = list_of("[[allow]]\nfunction='g'\nencoding='0xee110f10'\nreason='probe'\n");
    const auto refused = verify(image, other);
    EXPECT_EQ(refused->findings.size(), 1u);
    ASSERT_EQ(refused->notes.size(), 1u);
    EXPECT_THAT(refused->notes[0], HasSubstr("allow.toml:1: allows nothing"));
}

TEST_F(verify_fixture, never_allows_silent) {
    const auto image = linked(".arm\n.type f,%function\nf: cpsid i\nbx lr\n.size f,.-f\n");
    const auto list = list_of("[[allow]]\nfunction='f'\nencoding='0xf10c0080'\nreason='please'\n");
    const auto result = verify(image, list);
    ASSERT_EQ(result->findings.size(), 1u);
    EXPECT_THAT(result->findings[0].problem, HasSubstr("cannot excuse"));
}

constexpr std::string_view NATIVE =
    ".arm\nstart: b start\n.type native,%function\nnative: cpsid i\nbx lr\n.size native,.-native\n";
constexpr std::string_view UNREACHED =
    "[[unreached]]\nfunction='native'\nreason='never linked in'\n";

TEST_F(verify_fixture, believes_unreached_when_proven) {
    const auto result = verify(linked(NATIVE), list_of(UNREACHED));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_TRUE(result->findings.empty());
    EXPECT_EQ(result->allowed.size(), 1u);
}

TEST_F(verify_fixture, refuses_unreached_that_is_reached) {
    const std::string native(NATIVE);
    const std::pair<std::string, const char*> ways[] = {
        {native + "g: bl native\nbx lr\n", "a branch"},
        {native + "g: movw r0, #:lower16:native\nmovt r0, #:upper16:native\nbx r0\n", "MOVW/MOVT"},
        {native + ".section .data,\"aw\"\n.word native\n", "an address"},
        {native + ".section .rodata,\"a\"\n.balign 4\n.word native + 4 - .\n", "place-relative"},
        {native + ".thumb\n.thumb_func\nt: blx native\nbx lr\n", "a branch"},
        {".arm\nstart: nop\n.type native,%function\nnative: cpsid i\nbx lr\n.size "
         "native,.-native\n",
         "fall-through"},
        {".arm\n.type native,%function\nnative: cpsid i\nbx lr\n.size native,.-native\n", "entry"},
    };
    for (const auto& [source, how] : ways) {
        const auto result = verify(linked(".syntax unified\n" + source), list_of(UNREACHED));
        ASSERT_FALSE(result) << how;
        EXPECT_THAT(result.error().message, HasSubstr(how));
        EXPECT_THAT(result.error().message, HasSubstr("allow.toml:1:"));
    }
}

TEST_F(verify_fixture, refuses_traps_that_mean_nothing) {
    const auto reserved = verify(linked(".arm\nf: svc 0xffffff\nbx lr\n"), {});
    ASSERT_EQ(reserved->findings.size(), 1u);
    EXPECT_THAT(reserved->findings[0].problem, HasSubstr("reserved"));
    const auto escape = verify(linked(".arm\nf: svc 0xe20000\nbx lr\n"), {});
    ASSERT_EQ(escape->findings.size(), 1u);
    EXPECT_THAT(escape->findings[0].problem, HasSubstr(".paravane.insns"));
}

TEST_F(verify_fixture, a_word_behind_escape_next_is_data) {
    EXPECT_TRUE(verify(linked(".arm\nf: svc 0xe1a000\ncpsid i\nbx lr\n"), {})->findings.empty());
    EXPECT_EQ(verify(linked(".arm\nf: svcne 0xe1a000\ncpsid i\nbx lr\n"), {})->findings.size(), 1u);
    EXPECT_TRUE(
        verify(linked(".arm\nf: svcne 0xe1a000\nmrsne r0, cpsr\nbx lr\n"), {})->findings.empty());
    EXPECT_EQ(
        verify(linked(".arm\nf: svcne 0xe1a000\nmrseq r0, cpsr\nbx lr\n"), {})->findings.size(),
        1u);
    EXPECT_TRUE(
        verify(linked(".syntax unified\n.thumb\nf: udf.w #0x1000\nmrs r0,cpsr\nbx lr\n"), {})
            ->findings.empty());
    EXPECT_EQ(verify(linked(".syntax unified\n.thumb\nf: it ne\nnopne\nudf.w #0x1000\nnop.w\n"
                            "mrs r0,cpsr\nbx lr\n"),
                     {})
                  ->findings.size(),
              1u);
}

TEST(allow_list_text, is_read_strictly) {
    const std::pair<const char*, const char*> cases[] = {
        {"[[allow]]\nfunction='f'\nencoding='0xee110f10'\n",
         "allow.toml:1: entry without a reason"},
        {"\n[[allow]]\nfunction='f'\nreason='r'\n", "allow.toml:2: encoding must be"},
        {"[[allow]]\nfunction='f'\nencoding='mrs'\nreason='r'\n", "encoding must be"},
        {"[[allow]]\nencoding='0x0'\nreason='r'\n", "without a function"},
        {"[[allow]]\nfn='f'\nreason='r'\n", "unknown key 'fn'"},
        {"[[unreached]]\nreason='r'\n", "either a function or a section"},
        {"[[allowed]]\n", "unknown table 'allowed'"},
        {"allow = 3\n", "write [[allow]]"},
        {"[[allow", "allow.toml:1: "},
    };
    for (const auto& [text, message] : cases) {
        const auto list = parse_allow_list(text, "allow.toml");
        ASSERT_FALSE(list) << text;
        EXPECT_THAT(list.error().message, HasSubstr(message));
        EXPECT_EQ(list.error().status, 3);
    }
}

} // namespace
} // namespace paravane::port::test
