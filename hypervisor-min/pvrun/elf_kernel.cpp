// SPDX-License-Identifier: BSD-2-Clause
// Takes an ELF kernel apart with libelf: its load segments at guest-physical
// addresses, the entry, the note, and what tells a kernel that cannot run.
#include "pvrun/failure.hpp"
#include "pvrun/kernel_image.hpp"
#include "pvrun/note.hpp"

#include <paravane/abi.hpp>

#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace paravane::pvrun {
namespace {

/// Linux with LPAE puts five pages of page directory below its text, not four
/// (arch/arm/kernel/head.S, PG_DIR_SIZE).
constexpr uint64_t LPAE_DIRECTORY_BYTES = 0x5000;

class elf_file {
public:
    elf_file(const bytes& file, std::string context) : context_{std::move(context)} {
        elf_version(EV_CURRENT);
        elf_.reset(
            elf_memory(reinterpret_cast<char*>(const_cast<uint8_t*>(file.data())), file.size()));
        if (elf_ == nullptr || gelf_getehdr(elf_.get(), &header_) == nullptr) {
            bad("is a damaged ELF file");
        }
    }

    void check_machine() const {
        const unsigned char* ident = header_.e_ident;
        if (ident[EI_CLASS] != ELFCLASS32 || header_.e_machine != EM_ARM) {
            refuse("is not a 32-bit ARM ELF file: build the kernel for ARM");
        }
        if (ident[EI_DATA] != ELFDATA2LSB || (header_.e_flags & EF_ARM_BE8) != 0) {
            refuse("is big-endian: build a little-endian kernel");
        }
        if (header_.e_type != ET_EXEC) {
            refuse("is not linked to fixed addresses: link it as an executable");
        }
    }

    std::vector<GElf_Phdr> segments() const {
        std::vector<GElf_Phdr> out;
        size_t count = 0;
        elf_getphdrnum(elf_.get(), &count);
        for (size_t i = 0; i < count; ++i) {
            GElf_Phdr segment;
            if (gelf_getphdr(elf_.get(), static_cast<int>(i), &segment) == nullptr) {
                bad("has a damaged program header");
            }
            if (segment.p_type == PT_LOAD && segment.p_memsz != 0) {
                out.push_back(segment);
            }
        }
        std::sort(out.begin(), out.end(),
                  [](const GElf_Phdr& a, const GElf_Phdr& b) { return a.p_paddr < b.p_paddr; });
        return out;
    }

    std::optional<uint64_t> symbol(const char* wanted) const {
        Elf_Scn* at = nullptr;
        while ((at = elf_nextscn(elf_.get(), at)) != nullptr) {
            GElf_Shdr header;
            if (gelf_getshdr(at, &header) == nullptr || header.sh_type != SHT_SYMTAB ||
                header.sh_entsize == 0) {
                continue;
            }
            Elf_Data* data = elf_getdata(at, nullptr);
            for (size_t i = 0; data != nullptr && i < header.sh_size / header.sh_entsize; ++i) {
                GElf_Sym entry;
                if (gelf_getsym(data, static_cast<int>(i), &entry) == nullptr) {
                    break;
                }
                const char* name = elf_strptr(elf_.get(), header.sh_link, entry.st_name);
                if (name != nullptr && std::strcmp(name, wanted) == 0) {
                    return entry.st_value;
                }
            }
        }
        return std::nullopt;
    }

    /// The bytes of a section; empty when there is none of that name.
    bytes section(const char* wanted, const bytes& file) const {
        size_t names = 0;
        elf_getshdrstrndx(elf_.get(), &names);
        Elf_Scn* at = nullptr;
        while ((at = elf_nextscn(elf_.get(), at)) != nullptr) {
            GElf_Shdr header;
            const char* name = gelf_getshdr(at, &header) == nullptr
                                   ? nullptr
                                   : elf_strptr(elf_.get(), names, header.sh_name);
            if (name == nullptr || std::strcmp(name, wanted) != 0) {
                continue;
            }
            if (header.sh_offset > file.size() || header.sh_size > file.size() - header.sh_offset) {
                bad(std::string{wanted} + " is not in the file");
            }
            const auto first = file.begin() + static_cast<ptrdiff_t>(header.sh_offset);
            return bytes(first, first + static_cast<ptrdiff_t>(header.sh_size));
        }
        return {};
    }

    uint64_t entry() const { return header_.e_entry; }

    [[noreturn]] void bad(const std::string& what) const {
        throw failure{exit_status::bad_input, context_ + ": " + what};
    }
    [[noreturn]] void refuse(const std::string& what) const {
        throw failure{exit_status::refused, context_ + ": " + what};
    }

private:
    struct closer {
        void operator()(Elf* elf) const { elf_end(elf); }
    };
    std::string context_;
    std::unique_ptr<Elf, closer> elf_;
    GElf_Ehdr header_{};
};

void check_lpae(const elf_file& elf) {
    const auto directory = elf.symbol("swapper_pg_dir");
    const auto text = elf.symbol("_text");
    if (directory && text && *text - *directory == LPAE_DIRECTORY_BYTES) {
        elf.refuse("is built for LPAE: turn CONFIG_ARM_LPAE off");
    }
}

uint32_t physical_entry(const elf_file& elf, const std::vector<GElf_Phdr>& segments) {
    const uint64_t entry = elf.entry();
    for (const GElf_Phdr& segment : segments) {
        if (entry >= segment.p_vaddr && entry - segment.p_vaddr < segment.p_memsz) {
            return static_cast<uint32_t>(entry - segment.p_vaddr + segment.p_paddr);
        }
    }
    return static_cast<uint32_t>(entry);
}

/// The original words that `pvport patch` put aside, as the note says.
bytes escape_words(const elf_file& elf, const note_spec& note, const bytes& file) {
    if ((note.flags & static_cast<uint32_t>(abi::note_flags::escape_table)) == 0) {
        return {};
    }
    bytes words = elf.section(abi::ESCAPE_SECTION, file);
    if (words.empty() || words.size() % sizeof(uint32_t) != 0) {
        elf.refuse(std::string{"has no sound "} + abi::ESCAPE_SECTION +
                   ", which its note promises: take the file as pvport wrote it");
    }
    return words;
}

} // namespace

kernel_image read_elf_kernel(const vm_spec& vm, const bytes& file, const std::string& context) {
    const elf_file elf{file, context};
    elf.check_machine();
    check_lpae(elf);
    if (vm.load_address) {
        elf.bad("is an ELF file: give link-base instead of load-address");
    }
    const auto segments = elf.segments();
    if (segments.empty()) {
        elf.bad("has nothing to load");
    }
    const uint32_t shift = vm.link_base ? vm.regions[0].base - *vm.link_base : 0;
    kernel_image out;
    for (const GElf_Phdr& segment : segments) {
        if (segment.p_filesz > segment.p_memsz || segment.p_offset > file.size() ||
            segment.p_filesz > file.size() - segment.p_offset) {
            elf.bad("has a segment that is not in the file");
        }
        const auto first = file.begin() + static_cast<ptrdiff_t>(segment.p_offset);
        kernel_piece piece{static_cast<uint32_t>(segment.p_paddr) + shift, segment.p_memsz,
                           bytes(first, first + static_cast<ptrdiff_t>(segment.p_filesz))};
        if (!out.pieces.empty() &&
            piece.address < out.pieces.back().address + out.pieces.back().memory) {
            elf.bad("has segments that overlap at " + hex(piece.address));
        }
        out.pieces.push_back(std::move(piece));
    }
    out.entry = vm.entry_address.value_or(physical_entry(elf, segments) + shift);
    out.note = vm.note;
    if (!out.note) {
        out.note = read_elf_note(file, context);
    }
    if (!out.note) {
        elf.refuse("has no .note.paravane: port it (pvport), or state its needs in "
                   "note { abi-version = \"...\"; }");
    }
    out.escapes = escape_words(elf, *out.note, file);
    return out;
}

} // namespace paravane::pvrun
