// SPDX-License-Identifier: BSD-2-Clause
// The census agrees site by site with GNU objdump's text of the same binary.
#include "census/census.hpp"

#include "support.hpp"
#include "text_oracle.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace paravane::port::test {
namespace {

using key = std::pair<std::string, uint32_t>;

std::map<key, text_line> oracle(const std::filesystem::path& elf, uint64_t& instructions) {
    const auto dump = run("arm-none-eabi-objdump -d -z -w '" + elf.string() + "'");
    EXPECT_EQ(dump.status, 0);
    std::map<key, text_line> lines;
    for (auto& line : sensitive_lines(dump.output, instructions))
        lines.emplace(key{line.section, line.address}, line);
    return lines;
}

/// Compares everything in executable sections, which is what objdump -d prints.
void expect_agreement(const std::filesystem::path& elf, size_t at_least) {
    const auto image = elf_image::open(elf.string());
    ASSERT_TRUE(image) << image.error().message;
    const auto census = take_census(*image, {.lines = false, .text = false});
    uint64_t instructions = 0;
    auto lines = oracle(elf, instructions);
    std::set<std::string> executable;
    for (const elf_section& section : image->sections())
        if (section.executable())
            executable.insert(std::string(section.name));
    size_t compared = 0;
    for (const object_site& site : census.sites) {
        if (!executable.contains(site.section))
            continue;
        const auto it = lines.find({site.section, static_cast<uint32_t>(site.address)});
        ASSERT_NE(it, lines.end())
            << "objdump has no such site: " << site.section << " +0x" << std::hex << site.address
            << " " << site.encoding << " " << name_of(site.what);
        EXPECT_EQ(it->second.word, site.encoding) << std::hex << site.address;
        EXPECT_EQ(name_of(it->second.what), name_of(site.what)) << std::hex << site.encoding;
        lines.erase(it);
        ++compared;
    }
    for (const auto& [where, line] : lines)
        ADD_FAILURE() << "the census misses " << where.first << " 0x" << std::hex << where.second
                      << ": " << line.word << " " << name_of(line.what);
    EXPECT_GE(compared, at_least);
}

TEST(objdump_agreement, every_kind_in_an_object) {
    const scratch_folder folder;
    expect_agreement(assemble(folder, "every", EVERY_KIND), 100);
}

TEST(objdump_agreement, every_kind_when_linked) {
    const scratch_folder folder;
    expect_agreement(link(folder, assemble(folder, "every", EVERY_KIND)), 100);
}

TEST(objdump_agreement, linux_vmlinux) {
    const auto vmlinux = cached_vmlinux();
    if (!vmlinux)
        GTEST_SKIP() << "no natively built vmlinux in the cache; set PARAVANE_VMLINUX to one";
    expect_agreement(*vmlinux, 3000);
}

TEST(objdump_agreement, linux_that_gcc_built) {
    const auto kernels = cached_kernels("gcc");
    if (kernels.empty())
        GTEST_SKIP() << "no kernel of GCC in the cache; .ci/kernel --level 1 --gcc makes one";
    for (const auto& vmlinux : kernels)
        expect_agreement(vmlinux, 1000);
}

} // namespace
} // namespace paravane::port::test
