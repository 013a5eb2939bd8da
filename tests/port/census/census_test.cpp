// SPDX-License-Identifier: BSD-2-Clause
// What a site says about itself: function, offset, unit, line, text; and the
// census of many objects at once.
#include "census/census.hpp"

#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paravane::port::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr std::string_view SOURCE = ".syntax unified\n"             // 1
                                    ".file \"lines.s\"\n"           // 2
                                    ".arm\n"                        // 3
                                    ".type f, %function\n"          // 4
                                    "f:\n"                          // 5
                                    " nop\n"                        // 6
                                    " mrsne r3, cpsr\n"             // 7
                                    " bx lr\n"                      // 8
                                    ".size f, .-f\n"                // 9
                                    ".section .init.text, \"ax\"\n" // 10
                                    "g: nop\n"                      // 11
                                    " cpsid i\n";                   // 12

void expect_described(const std::filesystem::path& path) {
    const auto image = elf_image::open(path.string());
    ASSERT_TRUE(image) << image.error().message;
    const auto census = take_census(*image);
    ASSERT_EQ(census.sites.size(), 2u);
    const bool first_is_f = census.sites[0].function == "f";
    const object_site& mrs = census.sites[first_is_f ? 0 : 1];
    const object_site& cps = census.sites[first_is_f ? 1 : 0];
    EXPECT_EQ(mrs.function, "f");
    EXPECT_EQ(mrs.function_offset, 4u);
    EXPECT_EQ(mrs.text, "mrsne r3, cpsr");
    EXPECT_EQ(mrs.encoding, 0x110f3000u);
    EXPECT_THAT(mrs.place.file, EndsWith("lines.s"));
    EXPECT_EQ(mrs.place.line, 7u);
    EXPECT_EQ(cps.function, "g");
    EXPECT_EQ(cps.section, ".init.text");
    EXPECT_EQ(cps.place.line, 12u);
    EXPECT_EQ(cps.unit, "lines.s");
}

TEST(census, describes_sites_of_an_object) {
    const scratch_folder folder;
    expect_described(assemble(folder, "lines", SOURCE, "-g"));
}

TEST(census, describes_sites_of_a_linked_file) {
    const scratch_folder folder;
    expect_described(link(folder, assemble(folder, "lines", SOURCE, "-gdwarf-5")));
}

TEST(census, notes_code_in_data) {
    const scratch_folder folder;
    const auto image = elf_image::open(
        assemble(folder, "hidden", ".arm\nnop\n.section .alt,\"a\"\n.long 0\nmrs r0, cpsr\n")
            .string());
    const auto census = take_census(*image);
    EXPECT_EQ(census.sites.size(), 1u);
    ASSERT_EQ(census.notes.size(), 1u);
    EXPECT_THAT(census.notes[0], HasSubstr(".alt: holds code that the kernel copies"));
}

TEST(census, reads_many_objects_in_the_order_given) {
    const scratch_folder folder;
    std::vector<object_input> inputs;
    for (int i = 0; i < 6; ++i) {
        const std::string name = "part" + std::to_string(i);
        inputs.push_back({assemble(folder, name, name + ": cpsid i\n", "-march=armv7-a").string(),
                          "src/" + name + ".c"});
    }
    size_t calls = 0;
    const auto all = take_census_of(inputs, {}, 3, [&](size_t, size_t) { ++calls; });
    ASSERT_TRUE(all);
    EXPECT_EQ(calls, 6u);
    ASSERT_EQ(all->objects.size(), 6u);
    for (size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(all->objects[i].object, inputs[i].path);
        EXPECT_EQ(all->objects[i].unit, inputs[i].unit);
    }
    inputs.push_back({(folder / "missing.o").string(), ""});
    const auto broken = take_census_of(inputs, {}, 3);
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().message, HasSubstr("missing.o"));
}

TEST(census, class_depends_on_the_architecture_of_the_file) {
    const scratch_folder folder;
    for (const auto& [march, cls] :
         {std::pair{"armv5te", sensitivity::trapping}, {"armv7-a", sensitivity::harmless}}) {
        const auto image = elf_image::open(
            assemble(folder, march, ".arm\nmcr p15,0,r0,c7,c10,4\n", std::string("-march=") + march)
                .string());
        const auto census = take_census(*image);
        ASSERT_EQ(census.sites.size(), 1u);
        EXPECT_EQ(name_of(census.sites[0].cls), name_of(cls)) << march;
    }
}

} // namespace
} // namespace paravane::port::test
