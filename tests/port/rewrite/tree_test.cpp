// SPDX-License-Identifier: BSD-2-Clause
// A tiny guest from plan to object code: what apply writes compiles with both
// compilers, holds no sensitive instruction, and needs no second apply.
#include "fixture.hpp"

#include <gmock/gmock.h>

namespace paravane::port::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> TINY = {"start.S", "main.c"};

class tiny_guest : public scratch_tree, public ::testing::WithParamInterface<int> {
protected:
    tiny_guest() { copy_data("tiny"); }
};

TEST_P(tiny_guest, applied_compiles_without_sensitive_instructions) {
    const auto made = plan(TINY, GetParam());
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(apply_in_place(made.value()));
    for (const std::string& compiler : compilers())
        for (const std::string& file : TINY) {
            const std::string object = compile(compiler, file);
            ASSERT_FALSE(object.empty()) << compiler << ": " << read("errors");
            EXPECT_THAT(left_in(object), IsEmpty()) << compiler << " " << file;
        }
}

TEST_P(tiny_guest, second_apply_changes_nothing) {
    const auto first = plan(TINY, GetParam());
    ASSERT_TRUE(first) << first.error().message;
    ASSERT_TRUE(apply_in_place(first.value()));
    const auto second = plan(TINY, GetParam());
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(plan_diff(second.value()), "");
    const auto written = apply_in_place(second.value());
    ASSERT_TRUE(written);
    EXPECT_EQ(written.value(), 0u);
}

INSTANTIATE_TEST_SUITE_P(levels, tiny_guest, ::testing::Values(0, 1));

TEST_F(tiny_guest, native_objects_are_not_clean) {
    for (const std::string& compiler : compilers())
        for (const std::string& file : TINY)
            EXPECT_THAT(left_in(compile(compiler, file)), ::testing::Not(IsEmpty()));
}

TEST_F(tiny_guest, level_one_masks_by_a_store) {
    const auto made = plan({"main.c"}, 1);
    ASSERT_TRUE(made) << made.error().message;
    const std::string diff = plan_diff(made.value());
    EXPECT_THAT(diff, HasSubstr("+\tflags = pvn_irq_save();\n"));
    EXPECT_THAT(diff, HasSubstr("pvn_flags_restore(f)"));
}

TEST_F(tiny_guest, thumb_gets_thumb_traps) {
    write("t.c", "void f(void) { asm volatile(\"cpsid i\\n\\tmrs r0, spsr\" ::: \"r0\"); }\n");
    const auto made = plan({"t.c"}, 0, {"--target=arm-linux-gnueabi", "-march=armv7-a", "-mthumb"});
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(apply_in_place(made.value()));
    EXPECT_THAT(read("t.c"), HasSubstr("pvn_code_thumb 0xde4a, cpsid i"));
    for (const std::string& compiler : compilers()) {
        const std::string object = compile(compiler + " -mthumb", "t.c");
        ASSERT_FALSE(object.empty()) << compiler << ": " << read("errors");
        EXPECT_THAT(left_in(object), IsEmpty()) << compiler;
    }
}

TEST_F(tiny_guest, assembly_of_both_sets_compiles_clean) {
    write("both.S", "\t.syntax unified\n\t.text\n\t.arm\n\t.globl a\na:\tmrs r0, cpsr\n"
                    "\tcpsid i\n\tbx lr\n\t.thumb\n\t.thumb_func\n\t.globl t\nt:\tmrs r0, spsr\n"
                    "\tcpsid i\n\tmcr p15, 0, r0, c8, c7, 0\n\twfi\n\tldrt r1, [r0]\n"
                    "\tsubs pc, lr, #4\n");
    const auto made = plan({"both.S"}, 0);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(apply_in_place(made.value()));
    for (const std::string& compiler : compilers()) {
        const std::string object = compile(compiler, "both.S");
        ASSERT_FALSE(object.empty()) << compiler << ": " << read("errors");
        EXPECT_THAT(left_in(object), IsEmpty()) << compiler;
    }
}

TEST_F(tiny_guest, assembly_without_a_preprocessor_compiles_clean) {
    write("raw.s",
          "\t.syntax unified\n\t.text\n\t.arm\n\t.macro m, r\n\tmcrne p15, 0, \\r, c8, c7, 0\n"
          "\t.endm\n\t.globl a\na:\tmrs r0, cpsr\n\tcpsid i\n\tm r3\n\tldmia sp!, {r0, pc}^\n"
          "\t.thumb\n\t.thumb_func\nt:\tcpsid i\n\tmrs r0, cpsr\n\tbx lr\n");
    const auto made = plan({"raw.s"}, 0);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(apply_in_place(made.value()));
    for (const std::string& compiler : compilers()) {
        const std::string object = compile(compiler, "raw.s");
        ASSERT_FALSE(object.empty()) << compiler << ": " << read("errors");
        EXPECT_THAT(left_in(object), IsEmpty()) << compiler;
    }
}

// The macros decide at assembly time what the census decides from the word.
TEST_F(tiny_guest, macros_keep_exactly_what_the_census_calls_harmless) {
    std::string source;
    for (const int crn : {1, 7, 13, 14})
        for (const int crm : {0, 1, 3, 5, 10})
            for (int op2 = 0; op2 < 8; ++op2)
                for (const char* move : {"mcr", "mrc"})
                    source += std::string("\t") + move + " p15, 0, r0, c" + std::to_string(crn) +
                              ", c" + std::to_string(crm) + ", " + std::to_string(op2) + "\n";
    write("all.S", ".macro all\n" + source + ".endm\nall\n");
    const auto made = plan({"all.S"}, 0);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(apply_in_place(made.value()));
    const std::string object = compile(compilers().front(), "all.S");
    ASSERT_FALSE(object.empty()) << read("errors");
    EXPECT_THAT(left_in(object), IsEmpty());
}

TEST_F(tiny_guest, plan_writes_nothing) {
    const std::string before = read("main.c");
    ASSERT_TRUE(plan(TINY, 1));
    EXPECT_EQ(read("main.c"), before);
    EXPECT_FALSE(std::filesystem::exists(path(std::string(GUEST_HEADER))));
}

} // namespace
} // namespace paravane::port::test
