// SPDX-License-Identifier: BSD-2-Clause
// Opens and checks the file: header, sections, attributes. Symbols and code
// ranges are read in elf_symbols.cpp.
#include "elf_image.hpp"
#include "elf_internal.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace paravane::port {

namespace ELF = llvm::ELF;

elf_image::elf_image() = default;
elf_image::elf_image(elf_image&&) noexcept = default;
elf_image& elf_image::operator=(elf_image&&) noexcept = default;
elf_image::~elf_image() = default;
elf_image::mapping::~mapping() {
    if (size != 0)
        ::munmap(base, size);
}

bool elf_section::allocated() const {
    return (flags & ELF::SHF_ALLOC) != 0;
}
bool elf_section::executable() const {
    return (flags & ELF::SHF_EXECINSTR) != 0;
}

failure elf_image::bad(const std::string& what) const {
    return {path_ + ": " + what, 3};
}

outcome<elf_image> elf_image::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return failure{path + ": cannot open: " + std::strerror(errno), errno == ENOENT ? 3 : 4};
    struct stat status = {};
    const bool known = ::fstat(descriptor, &status) == 0;
    if (!known || !S_ISREG(status.st_mode) || status.st_size > INT32_MAX) {
        ::close(descriptor);
        return failure{path + ": not a regular file below 2 GB; give an ELF file", 3};
    }
    auto held = std::make_unique<mapping>();
    if (status.st_size > 0) {
        void* base = ::mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_PRIVATE,
                            descriptor, 0);
        if (base == MAP_FAILED) {
            ::close(descriptor);
            return failure{path + ": cannot map: " + std::strerror(errno), 4};
        }
        held->base = base;
        held->size = static_cast<size_t>(status.st_size);
    }
    ::close(descriptor);
    const std::span bytes(static_cast<const uint8_t*>(held->base), held->size);
    auto image = parse(path, bytes);
    if (image)
        image->mapping_ = std::move(held);
    return image;
}

outcome<elf_image> elf_image::parse(std::string path, std::span<const uint8_t> bytes) {
    elf_image image;
    image.path_ = std::move(path);
    image.bytes_ = bytes;
    if (auto f = image.read_header())
        return *f;
    if (auto f = image.read_sections())
        return *f;
    image.read_attributes();
    if (auto f = image.read_symbols())
        return *f;
    return image;
}

std::optional<failure> elf_image::read_header() {
    if (bytes_.size() >= 8 && std::memcmp(bytes_.data(), "!<arch>\n", 8) == 0)
        return bad("an archive; give its members or the linked ELF file");
    if (bytes_.size() >= 4 && std::memcmp(bytes_.data(), "BC\xc0\xde", 4) == 0)
        return bad("LLVM bitcode; build without LTO or give the linked ELF file");
    if (bytes_.size() < ELF::EI_NIDENT || std::memcmp(bytes_.data(), ELF::ElfMagic, 4) != 0)
        return bad("not an ELF file; give vmlinux or an object, not a zImage or Image");
    if (bytes_[ELF::EI_CLASS] != ELF::ELFCLASS32)
        return bad("a 64-bit ELF file; only 32-bit ARM is handled");
    const bool big = bytes_[ELF::EI_DATA] == ELF::ELFDATA2MSB;
    if (!big && bytes_[ELF::EI_DATA] != ELF::ELFDATA2LSB)
        return bad("damaged: byte order is neither little nor big");
    const auto header = read_at<ELF::Elf32_Ehdr>(bytes_, 0);
    if (!header)
        return bad("truncated in the ELF header");
    const unsigned machine = big ? bytes_[18] * 256u + bytes_[19] : header->e_machine;
    if (machine != ELF::EM_ARM)
        return bad("for ELF machine " + std::to_string(machine) + ", not ARM (40)");
    if (big) // EF_ARM_BE8 is bit 23 of e_flags, here read in file order
        return bad((bytes_[offsetof(ELF::Elf32_Ehdr, e_flags) + 1] & 0x80) != 0
                       ? "big-endian (BE8); build the kernel little-endian"
                       : "big-endian (BE32); build the kernel little-endian");
    if (header->e_type != ELF::ET_REL && header->e_type != ELF::ET_EXEC &&
        header->e_type != ELF::ET_DYN)
        return bad("neither an object nor an executable (ELF type " +
                   std::to_string(header->e_type) + ")");
    relocatable_ = header->e_type == ELF::ET_REL;
    entry_ = header->e_entry;
    return std::nullopt;
}

std::optional<failure> elf_image::read_sections() {
    const auto header = *read_at<ELF::Elf32_Ehdr>(bytes_, 0);
    if (header.e_shoff == 0)
        return bad("no section headers; give the file before it was stripped");
    if (header.e_shentsize != sizeof(ELF::Elf32_Shdr))
        return bad("damaged: section header size is " + std::to_string(header.e_shentsize));
    const auto first = read_at<ELF::Elf32_Shdr>(bytes_, header.e_shoff);
    if (!first)
        return bad("truncated: section headers lie past the end of the file");
    const uint64_t count = header.e_shnum != 0 ? header.e_shnum : first->sh_size;
    const uint32_t names =
        header.e_shstrndx == ELF::SHN_XINDEX ? first->sh_link : header.e_shstrndx;
    if (header.e_shoff + count * sizeof(ELF::Elf32_Shdr) > bytes_.size())
        return bad("truncated: section headers lie past the end of the file");
    if (count > UINT16_MAX)
        return bad("too many sections (" + std::to_string(count) + "); the limit is 65535");
    std::vector<uint32_t> name_offsets;
    for (uint64_t i = 0; i < count; ++i) {
        const auto raw = *read_at<ELF::Elf32_Shdr>(bytes_, header.e_shoff + i * sizeof *first);
        elf_section section;
        section.type = raw.sh_type;
        section.flags = raw.sh_flags;
        section.address = raw.sh_addr;
        section.offset = raw.sh_offset;
        section.size = raw.sh_size;
        section.link = raw.sh_link;
        section.info = raw.sh_info;
        section.entry_size = raw.sh_entsize;
        if (raw.sh_type != ELF::SHT_NOBITS && raw.sh_type != ELF::SHT_NULL) {
            if (uint64_t{raw.sh_offset} + raw.sh_size > bytes_.size())
                return bad("truncated: section " + std::to_string(i) +
                           " lies past the end of the file");
            section.bytes = bytes_.subspan(raw.sh_offset, raw.sh_size);
        }
        name_offsets.push_back(raw.sh_name);
        sections_.push_back(section);
    }
    if (names >= count)
        return bad("damaged: the section name table is missing");
    for (uint64_t i = 0; i < count; ++i)
        sections_[i].name = string_at(sections_[names].bytes, name_offsets[i]);
    return std::nullopt;
}

namespace {

/// Reads one ULEB128 of the attributes; false at the end.
bool read_uleb(std::span<const uint8_t>& bytes, uint32_t& value) {
    value = 0;
    for (unsigned shift = 0; !bytes.empty() && shift < 32; shift += 7) {
        const uint8_t byte = bytes.front();
        bytes = bytes.subspan(1);
        value |= static_cast<uint32_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return true;
    }
    return false;
}

bool skip_string(std::span<const uint8_t>& bytes) {
    while (!bytes.empty()) {
        const bool end = bytes.front() == 0;
        bytes = bytes.subspan(1);
        if (end)
            return true;
    }
    return false;
}

/// The value of Tag_CPU_arch (6), which precedes any tag of unknown shape in practice.
std::optional<uint32_t> find_cpu_arch(std::span<const uint8_t> bytes) {
    uint32_t tag = 0;
    uint32_t value = 0;
    while (read_uleb(bytes, tag)) {
        const bool text = tag == 4 || tag == 5 || tag == 67 || (tag > 32 && (tag & 1) != 0);
        if (text ? !skip_string(bytes) : !read_uleb(bytes, value))
            break;
        if (tag == 32 && !skip_string(bytes))
            break;
        if (tag == 6)
            return value;
    }
    return std::nullopt;
}

} // namespace

void elf_image::read_attributes() {
    const elf_section* section = section_named(".ARM.attributes");
    constexpr size_t HEADER = 1 + 4 + 6 + 1 + 4;
    if (section == nullptr || section->bytes.size() < HEADER || section->bytes[0] != 'A' ||
        std::memcmp(section->bytes.data() + 5, "aeabi", 6) != 0)
        return;
    const auto value = find_cpu_arch(section->bytes.subspan(HEADER));
    if (!value)
        return;
    if (*value <= 2)
        arch_ = cpu_arch::v4;
    else if (*value <= 5)
        arch_ = cpu_arch::v5;
    else if (*value == 6 || *value == 7 || *value == 9)
        arch_ = cpu_arch::v6;
}

const elf_section* elf_image::section_named(std::string_view name) const {
    for (const elf_section& section : sections_)
        if (section.name == name)
            return &section;
    return nullptr;
}

std::span<const uint8_t> elf_image::bytes_of(const code_range& range) const {
    const elf_section& section = sections_[range.section];
    const uint32_t base = relocatable_ ? 0 : section.address;
    return section.bytes.subspan(range.begin - base, range.end - range.begin);
}

uint32_t elf_image::file_offset(uint16_t section, uint32_t address) const {
    const elf_section& s = sections_[section];
    return s.offset + address - (relocatable_ ? 0 : s.address);
}

} // namespace paravane::port
