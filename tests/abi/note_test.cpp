// SPDX-License-Identifier: BSD-2-Clause
// The guest's ELF note: read from a minimal file made here, refused when it is
// cut anywhere, and compared with what an ABI serves.
#include "note/this_abi.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <elf.h>

namespace {

using namespace paravane::note;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

void append(std::string& to, const void* bytes, size_t size) {
    to.append(static_cast<const char*>(bytes), size);
}

std::string note_bytes(uint32_t version, uint32_t features, uint32_t flags, uint32_t page) {
    std::string out;
    const uint32_t header[3] = {9, 32, paravane::abi::NOTE_TYPE};
    append(out, header, sizeof header);
    append(out, "Paravane\0\0\0", 12);
    const uint32_t words[8] = {version, features, 0, flags, page, 0, 0, 0};
    append(out, words, sizeof words);
    return out;
}

/// An ELF header, one PT_NOTE segment and no sections.
std::string elf_with(const std::string& notes, uint16_t machine = EM_ARM) {
    Elf32_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = machine;
    header.e_version = EV_CURRENT;
    header.e_phoff = sizeof header;
    header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof(Elf32_Phdr);
    header.e_phnum = 1;
    Elf32_Phdr segment{};
    segment.p_type = PT_NOTE;
    segment.p_offset = sizeof header + sizeof segment;
    segment.p_filesz = static_cast<Elf32_Word>(notes.size());
    segment.p_align = 4;
    std::string out;
    append(out, &header, sizeof header);
    append(out, &segment, sizeof segment);
    return out + notes;
}

TEST(guest_note, is_read) {
    const auto r = read_guest_note(elf_with(note_bytes(0x10000, 3, 2, 0xff000000)), THIS_LAYOUT);
    ASSERT_TRUE(r.note) << r.problem;
    EXPECT_EQ(r.note->version, 0x10000U);
    EXPECT_EQ(r.note->features[0], 3U);
    EXPECT_EQ(r.note->flags, 2U);
    EXPECT_EQ(r.note->page, 0xff000000U);
}

TEST(guest_note, foreign_notes_are_passed_over) {
    std::string other = note_bytes(1, 1, 1, 1);
    other[12] = 'X';
    const std::string mine = note_bytes(0x10000, 0, 0, 0);
    EXPECT_TRUE(read_guest_note(elf_with(other + mine), THIS_LAYOUT).note);
    const auto none = read_guest_note(elf_with(other), THIS_LAYOUT);
    EXPECT_FALSE(none.note);
    EXPECT_TRUE(none.absent);
}

TEST(guest_note, refusals_say_why) {
    const std::string mine = note_bytes(0x10000, 0, 0, 0);
    EXPECT_THAT(read_guest_note("", THIS_LAYOUT).problem, HasSubstr("not an ELF"));
    EXPECT_THAT(read_guest_note("#!/bin/sh\n", THIS_LAYOUT).problem, HasSubstr("not an ELF"));
    EXPECT_THAT(read_guest_note(elf_with(mine, EM_386), THIS_LAYOUT).problem,
                HasSubstr("not a 32-bit ARM"));
    EXPECT_THAT(read_guest_note(elf_with(mine + mine), THIS_LAYOUT).problem,
                HasSubstr("more than one"));
    std::string small = mine;
    small[4] = 28;
    EXPECT_THAT(read_guest_note(elf_with(small), THIS_LAYOUT).problem, HasSubstr("28 bytes"));
}

TEST(guest_note, a_file_cut_anywhere_is_refused) {
    const std::string whole = elf_with(note_bytes(0x10000, 0, 0, 0));
    for (size_t size = 0; size < whole.size(); ++size) {
        const auto r = read_guest_note(std::string_view(whole).substr(0, size), THIS_LAYOUT);
        EXPECT_FALSE(r.note) << size;
        EXPECT_FALSE(r.problem.empty()) << size;
    }
}

TEST(guest_note, every_flipped_byte_is_survived) {
    const std::string whole = elf_with(note_bytes(0x10000, 0, 0, 0));
    for (size_t at = 0; at < whole.size(); ++at) {
        for (const char value : {'\0', '\x7f', '\x80', '\xff'}) {
            std::string bad = whole;
            bad[at] = value;
            const auto r = read_guest_note(bad, THIS_LAYOUT);
            EXPECT_NE(r.note.has_value(), !r.problem.empty()) << at;
        }
    }
}

TEST(serves, before_1_0_only_later_patches_of_the_same_minor) {
    EXPECT_TRUE(serves(0x00010000, 0x00010000));
    EXPECT_TRUE(serves(0x00010005, 0x00010000));
    EXPECT_FALSE(serves(0x00010000, 0x00010001));
    EXPECT_FALSE(serves(0x00020000, 0x00010000));
}

TEST(serves, from_1_0_on_every_later_minor) {
    EXPECT_TRUE(serves(0x01000000, 0x01000000));
    EXPECT_TRUE(serves(0x01050000, 0x01000007));
    EXPECT_FALSE(serves(0x01000000, 0x01010000));
    EXPECT_FALSE(serves(0x02000000, 0x01000000));
    EXPECT_FALSE(serves(0x01000000, 0x00010000));
}

TEST(unserved, names_each_reason) {
    const served_abi abi{.version = 0x10000, .features = {0x7, 0}, .flags = 3};
    EXPECT_THAT(unserved({.version = 0x10000, .features = {5, 0}, .flags = 1}, abi), IsEmpty());
    EXPECT_THAT(unserved({.version = 0x20000, .features = {8, 2}, .flags = 4, .page = 4}, abi),
                ElementsAre(HasSubstr("0.2.0"), "needs feature bit 3", "needs feature bit 33",
                            HasSubstr("flags"), HasSubstr("aligned")));
}

} // namespace
