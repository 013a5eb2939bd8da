// SPDX-License-Identifier: BSD-2-Clause
// Compiles the generated headers with the compilers that guests use, and shows
// that a header whose layout was changed by hand does not compile.
#include "toolkit/file.hpp"
#include "toolkit/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace {

namespace fs = std::filesystem;
using namespace paravane;
using words = std::vector<std::string>;

class folder {
public:
    folder() {
        std::string name = testing::TempDir() + "headers-XXXXXX";
        path = ::mkdtemp(name.data());
    }
    ~folder() { fs::remove_all(path); }
    fs::path path;
};

const words GCC = {"arm-linux-gnueabi-gcc"};
const words CLANG = {"clang-19", "--target=arm-linux-gnueabi"};
const words C89 = {"-std=gnu89", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O2"};

/// Compiles one source of tests/abi/headers; `include` holds a folder paravane.
toolkit::process_result compile(const words& compiler, const words& flags, const fs::path& source,
                                const fs::path& include = PARAVANE_GENERATED) {
    const folder out;
    words command = compiler;
    command.insert(command.end(), flags.begin(), flags.end());
    for (const std::string& w :
         {"-I" + include.string(), "-Wa,-I" + include.string(), std::string("-c"),
          std::string("-o"), (out.path / "o.o").string(), source.string()}) {
        command.push_back(w);
    }
    const auto result = toolkit::run_process(command);
    if (!result) {
        ADD_FAILURE() << "cannot start " << command[0];
        return {-1, "", ""};
    }
    return *result;
}

fs::path source(const char* name) {
    return fs::path(PARAVANE_TEST_HEADERS) / name;
}

words joined(words a, const words& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

struct target {
    const char* name;
    words flags;
};

const target TARGETS[] = {
    {"armv5te", {"-march=armv5te", "-mfloat-abi=soft"}},
    {"armv6", {"-march=armv6", "-mfloat-abi=soft"}},
    {"armv7a", {"-march=armv7-a", "-mfloat-abi=soft"}},
    {"armv7a_thumb", {"-march=armv7-a", "-mthumb", "-mfloat-abi=soft"}},
};

class guest_headers : public testing::TestWithParam<target> {};

TEST_P(guest_headers, compile_as_c89_with_gcc_and_clang) {
    for (const words& compiler : {GCC, CLANG}) {
        for (const char* file : {"use_all.c", "own_types.c"}) {
            const auto r = compile(compiler, joined(C89, GetParam().flags), source(file));
            EXPECT_EQ(r.status, 0) << compiler[0] << ' ' << file << '\n' << r.errors;
        }
    }
}

TEST_P(guest_headers, compile_as_cpp) {
    for (const char* standard : {"-std=c++98", "-std=c++11", "-std=c++20"}) {
        const words flags = {"-x", "c++", standard, "-Wall", "-Wextra", "-Werror"};
        const auto r = compile(CLANG, joined(GetParam().flags, flags), source("use_all.c"));
        EXPECT_EQ(r.status, 0) << standard << '\n' << r.errors;
    }
}

INSTANTIATE_TEST_SUITE_P(architectures, guest_headers, testing::ValuesIn(TARGETS),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(assembler_includes, are_taken_by_both_assemblers) {
    for (const words& compiler : {GCC, CLANG}) {
        for (const char* file : {"use_all.s", "preprocessed.S"}) {
            const auto r = compile(compiler, {"-march=armv7-a", "-mfloat-abi=soft"}, source(file));
            EXPECT_EQ(r.status, 0) << compiler[0] << ' ' << file << '\n' << r.errors;
        }
    }
}

TEST(cpp_headers, compile_hosted_and_freestanding) {
    const words common = {"-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2"};
    const words bare = {
        "--target=armv7a-none-eabi", "-mcpu=cortex-a15", "-ffreestanding", "-nostdinc++",
        "-fno-exceptions",           "-fno-rtti"};
    for (const auto& [compiler, flags] :
         {std::pair<words, words>{{"g++"}, {}}, {{"clang++-19"}, {}}, {{"clang++-19"}, bare}}) {
        const auto r = compile(compiler, joined(common, flags), source("use_all.cpp"));
        EXPECT_EQ(r.status, 0) << compiler[0] << '\n' << r.errors;
    }
}

/// The generated headers with one text replaced in one of them.
void copy_changed(const fs::path& to, const std::string& file, const std::string& from,
                  const std::string& with) {
    fs::create_directories(to / "paravane");
    for (const auto& entry : fs::directory_iterator(fs::path(PARAVANE_GENERATED) / "paravane")) {
        fs::copy(entry.path(), to / "paravane");
    }
    std::error_code error;
    std::string text = toolkit::read_file(to / "paravane" / file, error);
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), with);
    ASSERT_FALSE(toolkit::write_file_atomic(to / "paravane" / file, text));
}

struct damage {
    const char* from;
    const char* with;
};

TEST(wrong_layout, does_not_compile_as_c) {
    const damage damages[] = {
        {"    pvn_u32 irq_pending;", "    pvn_u16 irq_pending;"},
        {"    pvn_u32 irq_pending;", "    pvn_u64 irq_pending;"},
        {"    pvn_u32 irq_pending;", "    pvn_u32 irq_pending, stray;"},
        {"    pvn_u8 reserved2[2560];", "    pvn_u8 reserved2[2561];"},
        {"    pvn_u8 irq_raised[64];", "    pvn_u8 irq_raised[63];"},
        {"__aligned__(4096)", "__aligned__(8192)"},
        {"__aligned__(4096)", "__aligned__(8)"},
        {"typedef unsigned short pvn_u16;", "typedef unsigned int pvn_u16;"},
    };
    for (const damage& d : damages) {
        const folder dir;
        copy_changed(dir.path, "abi.h", d.from, d.with);
        for (const words& compiler : {GCC, CLANG}) {
            const auto r = compile(compiler, {"-std=gnu89", "-march=armv7-a", "-mfloat-abi=soft"},
                                   source("use_all.c"), dir.path);
            EXPECT_NE(r.status, 0) << compiler[0] << ": " << d.with;
            EXPECT_THAT(r.errors, testing::HasSubstr("pvn_assert_")) << d.with;
        }
    }
}

TEST(wrong_layout, does_not_compile_as_cpp) {
    const damage damages[] = {
        {"    uint32_t irq_pending;", "    uint16_t irq_pending;"},
        {"    uint32_t irq_pending;", "    uint32_t irq_pending, stray;"},
        {"    uint8_t reserved2[2560];", "    uint8_t reserved2[2561];"},
        {"alignas(4096)", "alignas(8)"},
    };
    for (const damage& d : damages) {
        const folder dir;
        copy_changed(dir.path, "abi.hpp", d.from, d.with);
        const auto r = compile({"g++"}, {"-std=c++20"}, source("use_all.cpp"), dir.path);
        EXPECT_NE(r.status, 0) << d.with;
        EXPECT_THAT(r.errors, testing::HasSubstr("static assertion failed")) << d.with;
    }
}

} // namespace
