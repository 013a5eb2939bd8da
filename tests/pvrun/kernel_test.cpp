// SPDX-License-Identifier: BSD-2-Clause
// Kernel files: ELF files made here byte by byte, raw images, and each kind that
// must be refused.
#include "pvrun/kernel_image.hpp"

#include "pvrun/failure.hpp"

#include <paravane/abi.hpp>

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

namespace paravane::pvrun {
namespace {

const std::filesystem::path FOLDER = testing::TempDir();

struct segment {
    uint32_t virtual_address;
    uint32_t physical;
    bytes content;
    uint32_t memory;
};

struct elf_options {
    uint32_t entry = 0x40008000;
    std::vector<segment> segments = {{0x40008000, 0x40008000, bytes(64, 0x11), 64}};
    bool note = true;
    uint32_t note_version = abi::VERSION;
    uint32_t note_flags = 1;
    std::optional<bytes> escapes = std::nullopt; ///< Content of .paravane.insns.
    uint8_t data = ELFDATA2LSB;
    uint16_t machine = EM_ARM;
    uint16_t type = ET_EXEC;
    uint32_t flags = EF_ARM_EABI_VER5;
};

template <class T>
void append(bytes& out, const T& value) {
    const size_t at = out.size();
    out.resize(at + sizeof(value));
    std::memcpy(out.data() + at, &value, sizeof(value));
}

bytes note_section(const elf_options& o) {
    bytes out;
    const uint32_t words[] = {9, 32, 1};
    append(out, words);
    char name[12] = "Paravane";
    name[0] = o.note ? 'P' : 'Q';
    append(out, name);
    const uint32_t descriptor[8] = {o.note_version, 3, 4, o.note_flags, 0xffc00000, 0, 0, 0};
    append(out, descriptor);
    return out;
}

/// Header, program headers, contents, note, escapes, section names, section headers.
bytes make_elf(const elf_options& o) {
    const auto count = static_cast<uint16_t>(o.segments.size());
    Elf32_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    header.e_ident[EI_DATA] = o.data;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = o.type;
    header.e_machine = o.machine;
    header.e_version = EV_CURRENT;
    header.e_entry = o.entry;
    header.e_phoff = sizeof(Elf32_Ehdr);
    header.e_flags = o.flags;
    header.e_ehsize = sizeof(Elf32_Ehdr);
    header.e_phentsize = sizeof(Elf32_Phdr);
    header.e_phnum = count;
    header.e_shentsize = sizeof(Elf32_Shdr);
    header.e_shnum = o.escapes ? 4 : 3;
    header.e_shstrndx = 2;
    auto at = static_cast<uint32_t>(sizeof(Elf32_Ehdr) + count * sizeof(Elf32_Phdr));
    bytes programs;
    bytes contents;
    for (const segment& s : o.segments) {
        const Elf32_Phdr program{PT_LOAD,
                                 at,
                                 s.virtual_address,
                                 s.physical,
                                 static_cast<uint32_t>(s.content.size()),
                                 s.memory,
                                 PF_R | PF_X,
                                 4};
        append(programs, program);
        contents.insert(contents.end(), s.content.begin(), s.content.end());
        at += static_cast<uint32_t>(s.content.size());
    }
    const bytes note = note_section(o);
    const bytes escapes = o.escapes.value_or(bytes{});
    const char names[] = "\0.note.paravane\0.shstrtab\0.paravane.insns";
    const auto behind = static_cast<uint32_t>(at + note.size());
    const auto names_at = static_cast<uint32_t>(behind + escapes.size());
    std::vector<Elf32_Shdr> sections(header.e_shnum);
    sections[1] = {1u, SHT_NOTE, 0, 0, at, static_cast<uint32_t>(note.size()), 0, 0, 4, 0};
    sections[2] = {16, SHT_STRTAB, 0, 0, names_at, sizeof(names), 0, 0, 1, 0};
    if (o.escapes) {
        const auto size = static_cast<uint32_t>(escapes.size());
        sections[3] = {26, SHT_PROGBITS, 0, 0, behind, size, 0, 0, 4, 4};
    }
    header.e_shoff = static_cast<uint32_t>(names_at + sizeof(names));
    bytes out;
    append(out, header);
    out.insert(out.end(), programs.begin(), programs.end());
    out.insert(out.end(), contents.begin(), contents.end());
    out.insert(out.end(), note.begin(), note.end());
    out.insert(out.end(), escapes.begin(), escapes.end());
    append(out, names);
    for (const Elf32_Shdr& section : sections) {
        append(out, section);
    }
    return out;
}

vm_spec vm_with(const bytes& file) {
    vm_spec vm{};
    vm.id = 1;
    vm.path = "vm@1";
    vm.regions = {{0x40000000, 16u << 20}};
    vm.kernel = FOLDER / "kernel";
    write_file(vm.kernel, file);
    return vm;
}

vm_spec elf_vm(const elf_options& o) {
    return vm_with(make_elf(o));
}

std::string refused(const vm_spec& vm, exit_status expected = exit_status::refused) {
    try {
        read_kernel_image(vm);
    } catch (const failure& error) {
        EXPECT_EQ(error.status(), expected) << error.what();
        return error.what();
    }
    return "taken";
}

TEST(elf_kernel, yields_pieces_entry_and_note) {
    elf_options o;
    o.segments.push_back({0x40010000, 0x40010000, bytes(16, 0x22), 0x1000});
    const kernel_image image = read_kernel_image(elf_vm(o));
    ASSERT_EQ(image.pieces.size(), 2u);
    EXPECT_EQ(image.pieces[0].address, 0x40008000u);
    EXPECT_EQ(image.pieces[0].content, bytes(64, 0x11));
    EXPECT_EQ(image.pieces[1].memory, 0x1000u);
    EXPECT_EQ(image.entry, 0x40008000u);
    EXPECT_EQ(image.note->abi_version, abi::VERSION);
    EXPECT_EQ(image.note->features[0], 3u);
    EXPECT_EQ(image.note->features[1], 4u);
    EXPECT_EQ(image.note->flags, 1u);
    EXPECT_EQ(image.note->page, 0xffc00000u);
}

TEST(elf_kernel, link_base_moves_pieces_and_entry) {
    elf_options o;
    o.entry = 0xc0008004;
    o.segments = {{0xc0008000, 0xc0008000, bytes(64, 0x11), 64}};
    vm_spec vm = elf_vm(o);
    vm.link_base = 0xc0000000;
    const kernel_image image = read_kernel_image(vm);
    EXPECT_EQ(image.pieces[0].address, 0x40008000u);
    EXPECT_EQ(image.entry, 0x40008004u);
}

TEST(elf_kernel, a_virtual_entry_becomes_physical) {
    elf_options o;
    o.entry = 0xc0008008;
    o.segments = {{0xc0008000, 0x40008000, bytes(64, 0x11), 64}};
    EXPECT_EQ(read_kernel_image(elf_vm(o)).entry, 0x40008008u);
}

TEST(elf_kernel, a_thumb_entry_keeps_its_bit) {
    elf_options o;
    o.entry = 0x40008001;
    EXPECT_EQ(read_kernel_image(elf_vm(o)).entry, 0x40008001u);
}

TEST(elf_kernel, the_sources_note_wins) {
    vm_spec vm = elf_vm({});
    vm.note = note_spec{abi::VERSION, {9, 0}, 0, 0};
    EXPECT_EQ(read_kernel_image(vm).note->features[0], 9u);
}

TEST(elf_kernel, escapes_come_along_when_the_note_says_so) {
    elf_options o;
    o.escapes = bytes{1, 2, 3, 4, 5, 6, 7, 8};
    EXPECT_TRUE(read_kernel_image(elf_vm(o)).escapes.empty());
    o.note_flags = static_cast<uint32_t>(abi::note_flags::escape_table);
    EXPECT_EQ(read_kernel_image(elf_vm(o)).escapes, *o.escapes);
    o.escapes = bytes(6, 0);
    EXPECT_NE(refused(elf_vm(o)).find("no sound .paravane.insns"), std::string::npos);
    o.escapes = std::nullopt;
    EXPECT_NE(refused(elf_vm(o)).find("no sound .paravane.insns"), std::string::npos);
}

TEST(elf_kernel, what_cannot_be_served_is_refused_with_a_cure) {
    const auto with = [](auto change) {
        elf_options o;
        change(o);
        return refused(elf_vm(o));
    };
    EXPECT_EQ(with([](elf_options& o) { o.note = false; }),
              "vm@1: kernel kernel: has no .note.paravane: port it (pvport), or state its needs "
              "in note { abi-version = \"...\"; }");
    EXPECT_NE(with([](elf_options& o) { o.machine = EM_AARCH64; }).find("32-bit ARM"),
              std::string::npos);
    EXPECT_NE(with([](elf_options& o) { o.flags |= EF_ARM_BE8; }).find("big-endian"),
              std::string::npos);
    EXPECT_NE(with([](elf_options& o) { o.type = ET_DYN; }).find("fixed addresses"),
              std::string::npos);
    EXPECT_NE(with([](elf_options& o) {
                  o.note_version = 0x02000000;
              }).find("is built for ABI 2.0.0, served is"),
              std::string::npos);
}

TEST(elf_kernel, what_is_wrong_with_the_file_is_bad_input) {
    const auto with = [](auto change) {
        elf_options o;
        change(o);
        return refused(elf_vm(o), exit_status::bad_input);
    };
    EXPECT_NE(with([](elf_options& o) { o.segments.clear(); }).find("nothing to load"),
              std::string::npos);
    EXPECT_NE(with([](elf_options& o) { o.segments[0].memory = 1; }).find("not in the file"),
              std::string::npos);
    EXPECT_NE(with([](elf_options& o) {
                  o.segments.push_back({0x40008010, 0x40008010, bytes(4, 0), 4});
              }).find("overlap at 0x40008010"),
              std::string::npos);
    EXPECT_EQ(with([](elf_options& o) { o.segments[0].physical = 0xc0008000; }),
              "vm@1: kernel kernel: takes 0xc0008000-0xc0008040, outside its memory from "
              "0x40000000 of 16 MiB: set regions, load-address or link-base, or give more memory");
    bytes cut = make_elf({});
    cut.resize(20);
    EXPECT_NE(refused(vm_with(cut), exit_status::bad_input).find("damaged"), std::string::npos);
}

TEST(elf_kernel, every_cut_off_file_ends_in_one_line) {
    const bytes whole = make_elf({});
    for (size_t size = 4; size < whole.size(); ++size) {
        const vm_spec vm = vm_with(bytes(whole.begin(), whole.begin() + static_cast<long>(size)));
        EXPECT_THROW(read_kernel_image(vm), failure) << size;
    }
}

TEST(raw_kernel, needs_an_address_and_a_note) {
    vm_spec vm = vm_with(bytes(100, 1));
    EXPECT_NE(refused(vm, exit_status::bad_input).find("give load-address"), std::string::npos);
    vm.load_address = 0x40008000;
    EXPECT_NE(refused(vm).find("has no ELF note: state its needs"), std::string::npos);
    vm.note = note_spec{abi::VERSION, {0, 0}, 0, 0};
    const kernel_image image = read_kernel_image(vm);
    EXPECT_EQ(image.entry, 0x40008000u);
    EXPECT_EQ(image.pieces.at(0).content.size(), 100u);
    vm.entry_address = 0x40008010;
    EXPECT_EQ(read_kernel_image(vm).entry, 0x40008010u);
}

TEST(raw_kernel, wrapped_kernels_are_refused) {
    const auto with = [](size_t at, std::initializer_list<uint8_t> magic) {
        bytes file(100, 0);
        std::copy(magic.begin(), magic.end(), file.begin() + static_cast<long>(at));
        vm_spec vm = vm_with(file);
        vm.load_address = 0x40008000;
        vm.note = note_spec{abi::VERSION, {0, 0}, 0, 0};
        return refused(vm);
    };
    EXPECT_NE(with(0x24, {0x18, 0x28, 0x6f, 0x01}).find("is a zImage"), std::string::npos);
    EXPECT_NE(with(0x24, {0x01, 0x6f, 0x28, 0x18}).find("big-endian zImage"), std::string::npos);
    EXPECT_NE(with(0, {0x27, 0x05, 0x19, 0x56}).find("is a uImage"), std::string::npos);
    EXPECT_NE(with(0, {0x1f, 0x8b}).find("is compressed"), std::string::npos);
}

TEST(pieces, join_where_the_gap_is_smallest) {
    std::vector<kernel_piece> pieces = {
        {0x1000, 0x10, bytes(4, 1)}, {0x2000, 8, bytes(8, 2)}, {0x2010, 0x20, bytes(2, 3)}};
    join_pieces(pieces, 2);
    ASSERT_EQ(pieces.size(), 2u);
    EXPECT_EQ(pieces[1].address, 0x2000u);
    EXPECT_EQ(pieces[1].memory, 0x30u);
    ASSERT_EQ(pieces[1].content.size(), 0x12u);
    EXPECT_EQ(pieces[1].content[7], 2);
    EXPECT_EQ(pieces[1].content[8], 0);
    EXPECT_EQ(pieces[1].content[0x10], 3);
}

} // namespace
} // namespace paravane::pvrun
