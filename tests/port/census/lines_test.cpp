// SPDX-License-Identifier: BSD-2-Clause
// File and line of each site, against what LLVM's symbolizer says about the same
// file, for each version of DWARF, two compilers, inlined code and objects.
#include "census/census.hpp"

#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace paravane::port::test {
namespace {

constexpr const char* HEADER = R"(static inline __attribute__((always_inline)) void off(void)
{
    asm volatile("cpsid i");
}
)";
constexpr const char* SOURCE = R"(#include "sub/off.h"
#define READ(x) asm volatile("mrs %0, cpsr" : "=r"(x))
unsigned first(void)
{
    unsigned v;
    READ(v);
    off();
    return v;
}
__attribute__((section(".text.other"))) void second(int n)
{
    for (int i = 0; i < n; ++i)
        off();
    asm volatile("wfi");
}
void _start(void)
{
    second((int)first());
}
)";

class lines : public testing::TestWithParam<std::string> {
protected:
    lines() {
        std::filesystem::create_directories(folder / "sub");
        std::ofstream(folder / "sub/off.h") << HEADER;
        std::ofstream(folder / "a.c") << SOURCE;
    }
    run_result here(const std::string& command) const {
        return run("cd '" + folder.path().string() + "' && " + command + " 2>&1");
    }
    static std::string name_of(const source_place& place) {
        return std::filesystem::path(place.file).filename().string() + ":" +
               std::to_string(place.line);
    }
    std::map<std::string, std::string> places(const char* file) const {
        std::map<std::string, std::string> out;
        const auto image = elf_image::open((folder / file).string());
        EXPECT_TRUE(image);
        for (const object_site& site : take_census(*image).sites)
            out[site.function + "+" + std::to_string(site.function_offset)] = name_of(site.place);
        return out;
    }
    scratch_folder folder;
};

TEST_P(lines, are_those_that_the_symbolizer_tells) {
    const auto made = here(GetParam() + " -O2 -c a.c -o a.o && ld.lld-19 a.o -o a.elf");
    if (made.status != 0)
        GTEST_SKIP() << made.output;
    const auto image = elf_image::open((folder / "a.elf").string());
    ASSERT_TRUE(image) << image.error().message;
    unsigned compared = 0;
    for (const object_site& site : take_census(*image).sites) {
        char command[96];
        std::snprintf(command, sizeof command, "llvm-symbolizer-19 -s -e a.elf 0x%llx",
                      static_cast<unsigned long long>(site.address));
        const auto told = here(command);
        ASSERT_EQ(told.status, 0) << told.output;
        EXPECT_THAT(told.output, testing::HasSubstr("\n" + name_of(site.place) + ":"));
        ++compared;
    }
    EXPECT_GE(compared, 4u);
}

TEST_P(lines, of_an_object_are_those_of_the_linked_file) {
    const auto made = here(GetParam() + " -O2 -c a.c -o a.o && ld.lld-19 a.o -o a.elf");
    if (made.status != 0)
        GTEST_SKIP() << made.output;
    const auto object = places("a.o");
    EXPECT_EQ(object, places("a.elf"));
    EXPECT_THAT(object, testing::Contains(testing::Pair(testing::_, "off.h:3")));
    EXPECT_THAT(object, testing::Contains(testing::Pair(testing::_, "a.c:14")));
}

INSTANTIATE_TEST_SUITE_P(compilers, lines,
                         testing::Values("clang-19 --target=arm-none-eabi -march=armv7-a -gdwarf-2",
                                         "clang-19 --target=arm-none-eabi -march=armv7-a -gdwarf-3",
                                         "clang-19 --target=arm-none-eabi -march=armv7-a -gdwarf-4",
                                         "clang-19 --target=arm-none-eabi -march=armv7-a -gdwarf-5",
                                         "arm-none-eabi-gcc -march=armv7-a -gdwarf-4",
                                         "arm-none-eabi-gcc -march=armv7-a -gdwarf-5"));

} // namespace
} // namespace paravane::port::test
