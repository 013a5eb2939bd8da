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

TEST_F(tiny_guest, plan_writes_nothing) {
    const std::string before = read("main.c");
    ASSERT_TRUE(plan(TINY, 1));
    EXPECT_EQ(read("main.c"), before);
    EXPECT_FALSE(std::filesystem::exists(path(std::string(GUEST_HEADER))));
}

} // namespace
} // namespace paravane::port::test
