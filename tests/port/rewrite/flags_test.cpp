// SPDX-License-Identifier: BSD-2-Clause
// What clang is spared of a GCC command, and that the report can say so.
#include "database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paravane::port::test {
namespace {

using testing::ElementsAre;

TEST(compiler_flags, unknown_to_clang_are_dropped_by_name) {
    std::set<std::string> dropped;
    const auto kept =
        without_gcc_flags({"arm-linux-gnueabi-gcc", "-mno-fdpic", "-march=armv7-a", "-fno-ipa-sra",
                           "-fno-strict-aliasing", "-fbogus-of-gcc-99", "-mbogus=3", "-DX=-mbogus",
                           "-c", "-o", "a.o", "a.c"},
                          dropped);
    EXPECT_THAT(kept, ElementsAre("arm-linux-gnueabi-gcc", "-march=armv7-a", "-fno-strict-aliasing",
                                  "-DX=-mbogus", "a.c"));
    EXPECT_THAT(dropped,
                ElementsAre("-fbogus-of-gcc-99", "-fno-ipa-sra", "-mbogus=3", "-mno-fdpic"));
}

TEST(compiler_flags, gcc_headers_are_not_clangs) {
    std::set<std::string> dropped;
    EXPECT_THAT(without_gcc_flags({"gcc", "-isystem", "/usr/lib/gcc/arm/12/include", "-isystem",
                                   "include", "a.c"},
                                  dropped),
                ElementsAre("gcc", "-isystem", "include", "a.c"));
    EXPECT_THAT(dropped, ElementsAre("-isystem /usr/lib/gcc/arm/12/include"));
}

TEST(compiler_flags, a_compiler_cache_is_no_compiler) {
    std::set<std::string> dropped;
    EXPECT_THAT(without_gcc_flags({"/usr/bin/ccache", "clang-19", "-MF", "a.d", "a.c"}, dropped),
                ElementsAre("clang-19", "a.c"));
}

} // namespace
} // namespace paravane::port::test
