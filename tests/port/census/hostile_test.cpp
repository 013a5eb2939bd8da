// SPDX-License-Identifier: BSD-2-Clause
// Damaged and foreign files get one clear line and never a crash.
#include "census/patch.hpp"
#include "census/verify.hpp"

#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace paravane::port::test {
namespace {

using testing::HasSubstr;

void expect_refused(const std::vector<uint8_t>& bytes, const char* message) {
    const auto image = elf_image::parse("file", bytes);
    ASSERT_FALSE(image) << message;
    EXPECT_THAT(image.error().message, HasSubstr(message));
    EXPECT_THAT(image.error().message, testing::StartsWith("file: "));
    EXPECT_EQ(image.error().message.find('\n'), std::string::npos);
    EXPECT_EQ(image.error().status, 3);
}

class hostile : public testing::Test {
protected:
    scratch_folder folder;
    std::filesystem::path elf = link(folder, assemble(folder, "every", EVERY_KIND, "-g"));
    std::vector<uint8_t> good = read_bytes(elf);
};

TEST_F(hostile, foreign_files) {
    expect_refused({}, "not an ELF file");
    expect_refused({'!', '<', 'a', 'r', 'c', 'h', '>', '\n'}, "an archive");
    expect_refused({'B', 'C', 0xc0, 0xde}, "LLVM bitcode");
    expect_refused(std::vector<uint8_t>(64, 0), "not an ELF file");
    auto bytes = good;
    bytes[4] = 2;
    expect_refused(bytes, "64-bit");
    bytes = good;
    bytes[18] = 3;
    expect_refused(bytes, "ELF machine 3");
    bytes = good;
    bytes[16] = 4;
    expect_refused(bytes, "neither an object nor an executable");
    const auto missing = elf_image::open((folder / "missing").string());
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("cannot open"));
    EXPECT_FALSE(elf_image::open(folder.path().string()));
}

TEST_F(hostile, big_endian) {
    const auto made = run("cd '" + folder.path().string() +
                          "' && echo 'f: nop' > be.s && "
                          "clang-19 --target=armeb-none-eabi -c be.s -o be.o && "
                          "ld.lld-19 -EB be.o -o be32.elf 2>/dev/null; "
                          "ld.lld-19 -EB --be8 be.o -o be8.elf 2>&1");
    ASSERT_EQ(made.status, 0) << made.output;
    expect_refused(read_bytes(folder / "be.o"), "big-endian (BE32)");
    expect_refused(read_bytes(folder / "be8.elf"), "big-endian (BE8)");
}

TEST_F(hostile, stripped_and_without_mapping_symbols) {
    const auto made = run("cd '" + folder.path().string() +
                          "' && llvm-objcopy-19 --strip-all every.elf stripped.elf && "
                          "llvm-objcopy-19 -w --strip-symbol='$*' every.elf unmapped.elf && "
                          "llvm-objcopy-19 --strip-sections every.elf sectionless.elf");
    ASSERT_EQ(made.status, 0) << made.output;
    expect_refused(read_bytes(folder / "stripped.elf"), "stripped");
    expect_refused(read_bytes(folder / "unmapped.elf"), "no mapping symbols");
    expect_refused(read_bytes(folder / "sectionless.elf"), "no section headers");
}

/// Reads, verifies and patches; anything but a crash is right.
void use(const std::vector<uint8_t>& bytes) {
    const auto image = elf_image::parse("file", bytes);
    if (!image) {
        EXPECT_FALSE(image.error().message.empty());
        return;
    }
    static_cast<void>(take_census(*image));
    static_cast<void>(verify(*image, {}, {.lines = true, .text = false}));
    if (const auto patched = patch(*image, {.census = {.lines = true, .text = false}}))
        static_cast<void>(elf_image::parse("patched", patched->bytes));
}

/// Bytes of the line programs and of what they name, in an object with relocations and in
/// a linked file, for each version of DWARF.
TEST_F(hostile, damaged_debug_lines) {
    std::mt19937 random(9);
    for (const char* version : {"-gdwarf-2", "-gdwarf-4", "-gdwarf-5"}) {
        const auto object = assemble(folder, "lines", EVERY_KIND, version);
        for (const auto& path : {object, link(folder, object)}) {
            const auto whole = read_bytes(path);
            const auto image = elf_image::parse("file", whole);
            ASSERT_TRUE(image) << image.error().message;
            for (const char* name : {".debug_line", ".debug_line_str", ".rel.debug_line"}) {
                const elf_section* section = image->section_named(name);
                for (int i = 0; section != nullptr && section->size != 0 && i < 300; ++i) {
                    auto bytes = whole;
                    const unsigned flips = 1 + random() % 3;
                    for (unsigned k = 0; k < flips; ++k)
                        bytes[section->offset + random() % section->size] =
                            static_cast<uint8_t>(random());
                    use(bytes);
                }
            }
        }
    }
}

TEST_F(hostile, truncated_everywhere) {
    unsigned refused = 0;
    for (size_t size = 0; size < good.size(); size += 64) {
        const std::vector<uint8_t> cut(good.begin(), good.begin() + static_cast<ptrdiff_t>(size));
        use(cut);
        refused += elf_image::parse("file", cut) ? 0 : 1;
    }
    EXPECT_GE(refused, good.size() / 64 - 2) << "the section headers stand at the end";
}

TEST_F(hostile, flipped_bits) {
    std::mt19937 random(4);
    constexpr int ROUNDS = 1500;
    for (int i = 0; i < ROUNDS; ++i) {
        auto bytes = good;
        const unsigned flips = 1 + random() % 4;
        for (unsigned k = 0; k < flips; ++k)
            bytes[random() % bytes.size()] ^= static_cast<uint8_t>(1u << random() % 8);
        use(bytes);
    }
}

/// The header and the section headers decide most; each of their bits is flipped once.
TEST_F(hostile, flipped_bits_in_headers) {
    const size_t sections = good[32] | good[33] << 8 | good[34] << 16;
    for (size_t at = 0; at < good.size(); at = at == 51 ? sections : at + 1)
        for (unsigned bit = 0; bit < 8; bit += 3) {
            auto bytes = good;
            bytes[at] ^= static_cast<uint8_t>(1u << bit);
            use(bytes);
        }
}

} // namespace
} // namespace paravane::port::test
