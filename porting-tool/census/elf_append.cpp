// SPDX-License-Identifier: BSD-2-Clause
// New contents, a new name table and a new section header table go behind the
// old end of the file.
#include "elf_append.hpp"
#include "elf_internal.hpp"

namespace paravane::port {
namespace {

namespace ELF = llvm::ELF;

void align(std::vector<uint8_t>& file, size_t alignment) {
    file.resize((file.size() + alignment - 1) / alignment * alignment);
}

uint32_t append(std::vector<uint8_t>& file, std::span<const uint8_t> bytes, size_t alignment) {
    align(file, alignment);
    const size_t offset = file.size();
    file.insert(file.end(), bytes.begin(), bytes.end());
    return static_cast<uint32_t>(offset);
}

template <typename T>
std::span<const uint8_t> bytes_of(const T& value) {
    return {reinterpret_cast<const uint8_t*>(&value), sizeof value};
}

std::vector<ELF::Elf32_Shdr> read_headers(const elf_image& image, const ELF::Elf32_Ehdr& header) {
    std::vector<ELF::Elf32_Shdr> headers;
    for (size_t i = 0; i < image.sections().size(); ++i)
        headers.push_back(
            *read_at<ELF::Elf32_Shdr>(image.bytes(), header.e_shoff + i * sizeof(ELF::Elf32_Shdr)));
    return headers;
}

size_t find_or_add(std::vector<ELF::Elf32_Shdr>& headers, const elf_image& image,
                   std::vector<uint8_t>& names, std::string_view name) {
    for (size_t i = 0; i < image.sections().size(); ++i)
        if (image.sections()[i].name == name)
            return i;
    ELF::Elf32_Shdr added = {};
    added.sh_name = static_cast<ELF::Elf32_Word>(names.size());
    names.insert(names.end(), name.begin(), name.end());
    names.push_back(0);
    headers.push_back(added);
    return headers.size() - 1;
}

} // namespace

void append_sections(std::vector<uint8_t>& file, const elf_image& image,
                     std::span<const new_section> sections) {
    auto header = *read_at<ELF::Elf32_Ehdr>(image.bytes(), 0);
    auto headers = read_headers(image, header);
    const uint32_t names_index =
        header.e_shstrndx == ELF::SHN_XINDEX ? headers[0].sh_link : header.e_shstrndx;
    const auto old_names = image.sections()[names_index].bytes;
    std::vector<uint8_t> names(old_names.begin(), old_names.end());
    for (const new_section& section : sections) {
        const size_t index = find_or_add(headers, image, names, section.name);
        ELF::Elf32_Shdr& entry = headers[index];
        entry.sh_type = section.type;
        entry.sh_size = static_cast<ELF::Elf32_Word>(section.bytes.size());
        entry.sh_addralign = section.alignment;
        entry.sh_entsize = section.entry_size;
        entry.sh_offset = append(file, section.bytes, section.alignment);
    }
    headers[names_index].sh_size = static_cast<ELF::Elf32_Word>(names.size());
    headers[names_index].sh_offset = append(file, names, 1);
    align(file, 4);
    header.e_shoff = static_cast<ELF::Elf32_Off>(file.size());
    if (header.e_shnum == 0)
        headers[0].sh_size = static_cast<ELF::Elf32_Word>(headers.size());
    else
        header.e_shnum = static_cast<ELF::Elf32_Half>(headers.size());
    for (const auto& entry : headers)
        append(file, bytes_of(entry), 1);
    std::memcpy(file.data(), &header, sizeof header);
}

} // namespace paravane::port
