// SPDX-License-Identifier: BSD-2-Clause
// An operating system for the host tests: each block of memory is a heap
// allocation of its own (so that ASan sees an overrun) at an invented
// guest-physical address. Used by the front ends' side and the devices' side.
#pragma once

#include "pvn_os.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace paravane::test {

class fake_os {
public:
    fake_os();
    ~fake_os();
    fake_os(const fake_os&) = delete;
    fake_os& operator=(const fake_os&) = delete;

    const pvn_os* table() const { return &table_; }

    /// Memory for a test's own buffers, from the same map.
    void* memory(size_t bytes, size_t alignment = 16);
    uint64_t address_of(const void* memory, size_t bytes) const;

    /// The bytes at a guest-physical address, or null when not wholly in a block.
    std::byte* at(uint64_t address, size_t bytes) const;

    int wakes = 0;
    std::vector<std::string> log;
    size_t memory_left = SIZE_MAX;

private:
    struct block {
        std::byte* memory;
        size_t bytes;
        size_t alignment;
    };

    pvn_os table_;
    std::map<uint64_t, block> blocks_;
    uint64_t next_ = 0x40000000;
};

} // namespace paravane::test
