// SPDX-License-Identifier: BSD-2-Clause
// A 32-bit little-endian ARM ELF file, checked before anything is believed:
// sections, symbols, and which bytes are ARM, Thumb or data by the mapping
// symbols (AAELF32, 5.5.5). Read by census.cpp, verify.cpp and patch.cpp.
#pragma once

#include "classify.hpp"
#include "outcome.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace paravane::port {

struct elf_section {
    std::string_view name;
    uint32_t type = 0;
    uint32_t flags = 0;
    uint32_t address = 0;
    uint32_t offset = 0;
    uint32_t size = 0;
    uint32_t link = 0;
    uint32_t info = 0;
    uint32_t entry_size = 0;
    std::span<const uint8_t> bytes; ///< empty for SHT_NOBITS

    bool allocated() const;
    bool executable() const;
};

struct elf_symbol {
    std::string_view name;
    uint32_t value = 0; ///< bit 0 of Thumb functions already cleared
    uint32_t size = 0;
    uint16_t section = 0;
    uint8_t type = 0;
    bool local = false;
    bool thumb = false;
    std::string_view file; ///< STT_FILE that precedes a local symbol
};

/// Bytes of one section that hold instructions of one set.
struct code_range {
    uint16_t section = 0;
    isa set = isa::arm;
    uint32_t begin = 0; ///< address; offset into the section in an ET_REL file
    uint32_t end = 0;
    bool hidden = false;  ///< code in a section that is not executable
    bool assumed = false; ///< no mapping symbol says so
};

class elf_image {
public:
    /// Maps and checks the file. The failures are one line each.
    static outcome<elf_image> open(const std::string& path);
    /// The same on bytes that the caller keeps alive; `path` only names them.
    static outcome<elf_image> parse(std::string path, std::span<const uint8_t> bytes);

    elf_image(elf_image&&) noexcept;
    elf_image& operator=(elf_image&&) noexcept;
    ~elf_image();

    const std::string& path() const { return path_; }
    std::span<const uint8_t> bytes() const { return bytes_; }
    bool relocatable() const { return relocatable_; }
    uint32_t entry() const { return entry_; }
    cpu_arch arch() const { return arch_; }
    std::span<const elf_section> sections() const { return sections_; }
    /// Named symbols without the mapping symbols, sorted by section and value.
    std::span<const elf_symbol> symbols() const { return symbols_; }
    /// Sorted by section and address.
    std::span<const code_range> code() const { return code_; }
    /// The first STT_FILE symbol: the unit of an object file.
    std::string_view unit() const { return unit_; }

    const elf_section* section_named(std::string_view name) const;
    /// The function that covers the address, else the nearest label below it.
    const elf_symbol* function_at(uint16_t section, uint32_t address) const;
    /// The bytes of a range; as long as the range.
    std::span<const uint8_t> bytes_of(const code_range& range) const;
    /// Offset in the file of an address in a section.
    uint32_t file_offset(uint16_t section, uint32_t address) const;

private:
    struct mapping;
    struct mark;
    elf_image();
    std::optional<failure> read_header();
    std::optional<failure> read_sections();
    std::optional<failure> read_symbols();
    std::optional<failure> find_code(std::vector<mark>& marks);
    void read_attributes();
    void add_ranges(uint16_t section, std::span<const mark> marks, bool mapped);
    failure bad(const std::string& what) const;

    std::string path_;
    std::unique_ptr<mapping> mapping_;
    std::span<const uint8_t> bytes_;
    bool relocatable_ = false;
    uint32_t entry_ = 0;
    cpu_arch arch_ = cpu_arch::v7;
    std::string_view unit_;
    std::vector<elf_section> sections_;
    std::vector<elf_symbol> symbols_;
    std::vector<code_range> code_;
};

} // namespace paravane::port
