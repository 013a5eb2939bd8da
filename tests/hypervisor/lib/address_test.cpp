// SPDX-License-Identifier: BSD-2-Clause
// Address types: parts, wrap-around, the ABI's 64 bits, and that kinds do not mix.
#include "lib/address.hpp"

#include <gtest/gtest.h>
#include <type_traits>

namespace paravane {
namespace {

static_assert(!std::is_convertible_v<gva, gpa> && !std::is_convertible_v<gpa, pa>);
static_assert(!std::is_convertible_v<uint32_t, gpa> && !std::is_convertible_v<gpa, uint32_t>);
static_assert(sizeof(gpa) == 4);

TEST(address, parts) {
    const gva a{0xc0123456};
    EXPECT_EQ(a.megabyte(), 0xc01u);
    EXPECT_EQ(a.page(), gva{0xc0123000});
    EXPECT_EQ(a.section(), gva{0xc0100000});
    EXPECT_EQ(a.page_offset(), 0x456u);
    EXPECT_EQ(a.section_offset(), 0x23456u);
    EXPECT_TRUE(a.page().aligned(PAGE_SIZE));
    EXPECT_FALSE(a.aligned(4096));
}

TEST(address, wraps) {
    EXPECT_EQ(gva{0xfffff000} + 0x1000, gva{0});
    EXPECT_EQ(gva{0x10} - gva{0x20}, 0xfffffff0u);
}

TEST(address, takes_only_32_bits_from_the_abi) {
    EXPECT_EQ(gpa::from_abi(0xffffffffull).value(), gpa{0xffffffff});
    EXPECT_EQ(gpa::from_abi(0x100000000ull).error(), address_error::beyond_32_bits);
}

} // namespace
} // namespace paravane
