// SPDX-License-Identifier: BSD-2-Clause
// libelf checks every bound; nothing of the file is read past it.
#include "note/guest_note.hpp"

#include <cstring>
#include <gelf.h>
#include <memory>

namespace paravane::note {
namespace {

struct elf_end_call {
    void operator()(Elf* elf) const { ::elf_end(elf); }
};
using elf_handle = std::unique_ptr<Elf, elf_end_call>;

uint32_t word_at(const unsigned char* bytes) {
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<uint32_t>(bytes[3]) << 24;
}

/// Collects the notes of one kind; more than one is a contradiction.
class collector {
public:
    collector(const note_layout& layout, note_reading& reading)
        : layout_(layout), reading_(reading) {}

    void scan(Elf_Data* data) {
        size_t offset = 0;
        GElf_Nhdr header;
        size_t name = 0;
        size_t descriptor = 0;
        while (data != nullptr &&
               (offset = gelf_getnote(data, offset, &header, &name, &descriptor)) > 0) {
            const auto* bytes = static_cast<const unsigned char*>(data->d_buf);
            const std::string_view found(reinterpret_cast<const char*>(bytes + name),
                                         header.n_namesz == 0 ? 0 : header.n_namesz - 1);
            if (header.n_type == layout_.type && found == layout_.name) {
                take(bytes + descriptor, header.n_descsz);
            }
        }
    }

private:
    void take(const unsigned char* bytes, size_t size) {
        if (size < layout_.size) {
            reading_.problem = "note is " + std::to_string(size) + " bytes long, needs " +
                               std::to_string(layout_.size);
            return;
        }
        guest_note note;
        note.version = word_at(bytes + layout_.abi_version);
        note.features[0] = word_at(bytes + layout_.features);
        note.features[1] = word_at(bytes + layout_.features + 4);
        note.flags = word_at(bytes + layout_.flags);
        note.page = word_at(bytes + layout_.page);
        if (reading_.note) {
            reading_.problem = "more than one note";
        }
        reading_.note = note;
    }

    const note_layout& layout_;
    note_reading& reading_;
};

void scan_sections(Elf* elf, collector& notes) {
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) != nullptr && header.sh_type == SHT_NOTE) {
            notes.scan(elf_getdata(section, nullptr));
        }
    }
}

/// For files whose section headers were stripped.
void scan_segments(Elf* elf, collector& notes) {
    size_t count = 0;
    if (elf_getphdrnum(elf, &count) != 0) {
        return;
    }
    for (size_t i = 0; i < count; ++i) {
        GElf_Phdr header;
        if (gelf_getphdr(elf, static_cast<int>(i), &header) != nullptr &&
            header.p_type == PT_NOTE) {
            notes.scan(elf_getdata_rawchunk(elf, static_cast<int64_t>(header.p_offset),
                                            header.p_filesz, ELF_T_NHDR));
        }
    }
}

std::string check_header(Elf* elf) {
    GElf_Ehdr header;
    if (elf == nullptr || elf_kind(elf) != ELF_K_ELF || gelf_getehdr(elf, &header) == nullptr) {
        return "not an ELF file";
    }
    if (header.e_ident[EI_CLASS] != ELFCLASS32 || header.e_machine != EM_ARM) {
        return "not a 32-bit ARM file";
    }
    return header.e_ident[EI_DATA] == ELFDATA2LSB ? "" : "not little-endian";
}

} // namespace

note_reading read_guest_note(std::string_view image, const note_layout& layout) {
    note_reading reading;
    ::elf_version(EV_CURRENT);
    std::vector<char> copy(image.begin(), image.end());
    const elf_handle elf(copy.empty() ? nullptr : ::elf_memory(copy.data(), copy.size()));
    reading.problem = check_header(elf.get());
    if (!reading.problem.empty()) {
        return reading;
    }
    collector notes(layout, reading);
    scan_sections(elf.get(), notes);
    if (!reading.note && reading.problem.empty()) {
        scan_segments(elf.get(), notes);
    }
    if (!reading.problem.empty()) {
        reading.note.reset();
    } else if (!reading.note) {
        reading.absent = true;
        reading.problem = "no note of name " + std::string(layout.name);
    }
    return reading;
}

bool serves(uint32_t hypervisor_version, uint32_t guest_version) {
    const uint32_t same = guest_version >> 24 == 0 ? 16 : 24;
    return hypervisor_version >> same == guest_version >> same &&
           hypervisor_version >= guest_version;
}

std::string version_text(uint32_t word) {
    return std::to_string(word >> 24) + '.' + std::to_string(word >> 16 & 0xff) + '.' +
           std::to_string(word & 0xffff);
}

std::vector<std::string> unserved(const guest_note& note, const served_abi& abi) {
    std::vector<std::string> reasons;
    if (!serves(abi.version, note.version)) {
        reasons.push_back("built for ABI " + version_text(note.version) + ", served is " +
                          version_text(abi.version));
    }
    for (uint32_t bit = 0; bit < 64; ++bit) {
        const uint32_t mask = 1U << (bit % 32);
        if ((note.features[bit / 32] & mask & ~abi.features[bit / 32]) != 0) {
            reasons.push_back("needs feature bit " + std::to_string(bit));
        }
    }
    if ((note.flags & ~abi.flags) != 0) {
        reasons.push_back("sets unknown flags");
    }
    if (note.page % 4096 != 0) {
        reasons.push_back("declares a vCPU page that is not aligned to 4096");
    }
    return reasons;
}

} // namespace paravane::note
