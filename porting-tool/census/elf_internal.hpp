// SPDX-License-Identifier: BSD-2-Clause
// What elf_image.cpp and elf_symbols.cpp share: checked reads from raw bytes.
#pragma once

#include "elf_image.hpp"

#include <llvm/BinaryFormat/ELF.h>

#include <bit>
#include <cstring>

namespace paravane::port {

static_assert(std::endian::native == std::endian::little, "ELF structs are read as they stand");

struct elf_image::mapping {
    void* base = nullptr;
    size_t size = 0;
    mapping() = default;
    mapping(const mapping&) = delete;
    mapping& operator=(const mapping&) = delete;
    ~mapping();
};

/// A mapping symbol: from here on the bytes are of this sort.
struct elf_image::mark {
    uint16_t section;
    uint32_t value;
    char sort; ///< 'a', 't' or 'd'
};

/// A struct at an offset, or nothing when it is not wholly in the bytes.
template <typename T>
std::optional<T> read_at(std::span<const uint8_t> bytes, uint64_t offset) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T))
        return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

/// A string of a string table; empty when it is not terminated inside.
inline std::string_view string_at(std::span<const uint8_t> table, uint32_t offset) {
    if (offset >= table.size())
        return {};
    const auto* start = reinterpret_cast<const char*>(table.data()) + offset;
    const size_t room = table.size() - offset;
    const void* end = std::memchr(start, 0, room);
    if (end == nullptr)
        return {};
    return {start, static_cast<size_t>(static_cast<const char*>(end) - start)};
}

} // namespace paravane::port
