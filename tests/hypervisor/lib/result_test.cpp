// SPDX-License-Identifier: BSD-2-Clause
// Result and TRY: both sides, passing on, and that the wrong side traps.
#include "lib/result.hpp"

#include <gtest/gtest.h>

namespace paravane {
namespace {

enum class fault { none, odd, large };

Result<int, fault> half(int n) {
    if (n % 2 != 0) {
        return unexpected{fault::odd};
    }
    return n / 2;
}

Result<int, fault> quarter(int n) {
    const int once = TRY(half(n));
    return half(once);
}

Result<void, fault> below(int n, int limit) {
    if (n >= limit) {
        return unexpected{fault::large};
    }
    return {};
}

Result<int, fault> small_quarter(int n) {
    TRY(below(n, 100));
    return quarter(n);
}

TEST(result, holds_a_value) {
    const auto r = half(8);
    ASSERT_TRUE(r.has_value());
    EXPECT_EQ(r.value(), 4);
    EXPECT_EQ(*r, 4);
    EXPECT_EQ(r.value_or(9), 4);
}

TEST(result, holds_an_error) {
    const auto r = half(7);
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error(), fault::odd);
    EXPECT_EQ(r.value_or(9), 9);
}

TEST(result, try_passes_the_error_on) {
    EXPECT_EQ(quarter(12).value(), 3);
    EXPECT_EQ(quarter(6).error(), fault::odd);
    EXPECT_EQ(small_quarter(400).error(), fault::large);
    EXPECT_EQ(small_quarter(40).value(), 10);
}

TEST(result_death, the_missing_side_traps) {
    EXPECT_DEATH((void)half(7).value(), "");
    EXPECT_DEATH((void)half(8).error(), "");
    EXPECT_DEATH(below(1, 0).value(), "");
}

} // namespace
} // namespace paravane
