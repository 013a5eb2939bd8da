// SPDX-License-Identifier: BSD-2-Clause
// patch leaves a kernel that verify accepts, keeps what each word meant, keeps
// every other byte, and does nothing the second time.
#include "census/patch.hpp"

#include "census/escape_table.hpp"
#include "census/verify.hpp"
#include "census/walk.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace paravane::port::test {
namespace {

/// What the trap at an instruction stands for, 0 when it is none.
uint32_t meaning(const instruction& i, const escape_table& table) {
    const auto trap = i.set == isa::arm ? plane_decode_arm(i.word)
                      : i.size == 2     ? plane_decode_thumb16(static_cast<uint16_t>(i.word))
                                        : plane_decode_thumb32(i.word);
    if (!trap)
        return 0;
    if (trap->how == plane_trap::form::direct)
        return trap->word;
    return table.holds(trap->index) ? table.words()[trap->index] : 0;
}

std::map<std::pair<uint16_t, uint32_t>, instruction> all_of(const elf_image& image) {
    std::map<std::pair<uint16_t, uint32_t>, instruction> result;
    for (const code_range& range : image.code())
        walk(image, range,
             [&](const instruction& i) { result.emplace(std::pair(range.section, i.address), i); });
    return result;
}

void expect_patches(const std::filesystem::path& path) {
    const auto before = elf_image::open(path.string());
    ASSERT_TRUE(before) << before.error().message;
    const auto patched = patch(*before, {.census = {.lines = false, .text = false}});
    ASSERT_TRUE(patched) << patched.error().message;
    const auto after = elf_image::parse("patched", patched->bytes);
    ASSERT_TRUE(after) << after.error().message;

    const auto clean = verify(*after, {}, {.lines = false, .text = false});
    ASSERT_TRUE(clean);
    EXPECT_TRUE(clean->findings.empty()) << clean->findings.size() << " left";
    EXPECT_EQ(clean->traps, patched->replaced.size());

    const escape_table table(*after);
    const auto words = all_of(*after);
    uint64_t changed = 0;
    for (const auto& [where, old] : all_of(*before)) {
        const instruction& now = words.at(where);
        const auto c = classify(old, before->arch());
        const bool sensitive = c && c.cls != sensitivity::harmless;
        ASSERT_EQ(now.size, old.size);
        ASSERT_EQ(meaning(now, table), sensitive ? old.word : 0) << std::hex << old.word;
        if (sensitive && old.set == isa::arm && (old.word >> 28) != 15) {
            ASSERT_EQ(now.word >> 28, old.word >> 28);
        }
        changed += sensitive ? old.size : 0;
    }
    uint64_t different = 0;
    constexpr size_t HEADER = 52;
    for (size_t i = HEADER; i < before->bytes().size(); ++i)
        different += before->bytes()[i] != patched->bytes[i] ? 1 : 0;
    EXPECT_LE(different, changed);

    const auto again = patch(*after, {});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->bytes, patched->bytes);
    EXPECT_TRUE(again->replaced.empty());
}

TEST(patch, every_kind) {
    const scratch_folder folder;
    expect_patches(link(folder, assemble(folder, "every", EVERY_KIND)));
}

TEST(patch, linux_vmlinux) {
    const auto vmlinux = cached_vmlinux();
    if (!vmlinux)
        GTEST_SKIP() << "no natively built vmlinux in the cache; set PARAVANE_VMLINUX to one";
    expect_patches(*vmlinux);
}

TEST(patch, makes_a_file_that_binutils_reads) {
    const scratch_folder folder;
    const auto image =
        elf_image::open(link(folder, assemble(folder, "every", EVERY_KIND)).string());
    const auto patched = patch(*image);
    const auto path = folder / "patched.elf";
    write_bytes(path, patched->bytes);
    const auto seen = run("arm-none-eabi-readelf -SWn '" + path.string() + "' 2>&1");
    EXPECT_EQ(seen.status, 0);
    EXPECT_THAT(seen.output, testing::HasSubstr(".paravane.insns"));
    EXPECT_THAT(seen.output, testing::HasSubstr("Paravane"));
    EXPECT_THAT(seen.output, testing::Not(testing::HasSubstr("arning")));
    EXPECT_THAT(seen.output, testing::Not(testing::HasSubstr("rror")));
}

TEST(patch, keeps_the_one_note_wherever_it_stands) {
    const scratch_folder folder;
    const auto image = elf_image::open(
        link(folder, assemble(folder, "noted",
                              ".section .notes, \"a\", %note\n"
                              ".word 4, 4, 7\n.asciz \"GNU\"\n.word 0\n"
                              ".word 9, 32, 1\n.asciz \"Paravane\"\n.balign 4\n"
                              ".word 0x100, 0, 0, 1, 0xff000000, 0, 0, 0\n"
                              ".text\n.arm\n.globl _start\n_start: mrs r0, cpsr\nbx lr\n"))
            .string());
    ASSERT_TRUE(image) << image.error().message;
    const auto patched = patch(*image);
    ASSERT_TRUE(patched) << patched.error().message;
    EXPECT_EQ(patched->direct, 1u);
    const std::string bytes(patched->bytes.begin(), patched->bytes.end());
    const size_t first = bytes.find("Paravane");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(bytes.find("Paravane", first + 1), std::string::npos);
}

TEST(patch, adds_to_a_patched_file) {
    const scratch_folder folder;
    auto image = elf_image::open(link(folder, assemble(folder, "every", EVERY_KIND)).string());
    auto first = patch(*image);
    ASSERT_TRUE(first);
    auto half = elf_image::parse("half", first->bytes);
    const auto sites = take_census(*image, {.lines = false, .text = false}).sites;
    // Put back an instruction that needs an escape below all others: every index moves.
    const uint32_t back = 0x003100b3; // ldrhteq r0, [r1], -r3
    for (const code_range& range : half->code())
        if (range.set == isa::arm && !range.hidden) {
            std::memcpy(first->bytes.data() + half->file_offset(range.section, range.begin), &back,
                        4);
            break;
        }
    const auto changed = elf_image::parse("changed", first->bytes);
    ASSERT_TRUE(changed);
    const auto second = patch(*changed);
    ASSERT_TRUE(second) << second.error().message;
    const auto after = elf_image::parse("after", second->bytes);
    ASSERT_TRUE(after);
    EXPECT_TRUE(verify(*after, {})->findings.empty());
    const escape_table table(*after);
    EXPECT_EQ(table.words()[0], back);
    std::map<std::pair<std::string, uint64_t>, uint32_t> meanings;
    for (const code_range& range : after->code())
        walk(*after, range, [&](const instruction& i) {
            meanings[{std::string(after->sections()[range.section].name), i.address}] =
                meaning(i, table);
        });
    unsigned same = 0;
    for (const object_site& site : sites)
        if (site.cls != sensitivity::harmless)
            same += meanings[{site.section, site.address}] == site.encoding ? 1 : 0;
    EXPECT_GE(same, 60u);
    const unsigned replaced = 1;
    unsigned expected = 0;
    for (const object_site& site : sites)
        expected += site.cls != sensitivity::harmless ? 1 : 0;
    EXPECT_EQ(same, expected - replaced);
}

TEST(patch, refuses_an_object) {
    const scratch_folder folder;
    const auto image = elf_image::open(assemble(folder, "every", EVERY_KIND).string());
    const auto patched = patch(*image);
    ASSERT_FALSE(patched);
    EXPECT_THAT(patched.error().message, testing::HasSubstr("link the kernel first"));
}

} // namespace
} // namespace paravane::port::test
