// SPDX-License-Identifier: BSD-2-Clause
// See fake_os.hpp.
#include "fake_os.hpp"

#include <atomic>
#include <cstring>
#include <new>

namespace paravane::test {

namespace {

fake_os& self(void* context) {
    return *static_cast<fake_os*>(context);
}

} // namespace

fake_os::fake_os()
    : table_{this,
             [](void* context, size_t bytes, size_t alignment) {
                 return self(context).memory(bytes, alignment);
             },
             [](void* context, const void* memory, size_t bytes) {
                 return self(context).address_of(memory, bytes);
             },
             [](void*, pvn_barrier) { std::atomic_thread_fence(std::memory_order_seq_cst); },
             [](void* context, const char* text) { self(context).log.emplace_back(text); },
             [](void* context, void*) { self(context).wakes++; }} {}

fake_os::~fake_os() {
    for (auto& [address, block] : blocks_) {
        ::operator delete(block.memory, std::align_val_t{block.alignment});
    }
}

void* fake_os::memory(size_t bytes, size_t alignment) {
    if (bytes > memory_left) {
        return nullptr;
    }
    memory_left -= bytes;
    auto* memory = static_cast<std::byte*>(::operator new(bytes, std::align_val_t{alignment}));
    std::memset(memory, 0, bytes);
    blocks_[next_] = {memory, bytes, alignment};
    next_ += (bytes + 0x1ffff) & ~uint64_t{0xffff};
    return memory;
}

uint64_t fake_os::address_of(const void* memory, size_t bytes) const {
    const auto* first = static_cast<const std::byte*>(memory);
    for (const auto& [address, block] : blocks_) {
        if (first >= block.memory && first < block.memory + block.bytes) {
            const size_t offset = first - block.memory;
            return bytes <= block.bytes - offset ? address + offset : PVN_NO_ADDRESS;
        }
    }
    return PVN_NO_ADDRESS;
}

std::byte* fake_os::at(uint64_t address, size_t bytes) const {
    auto found = blocks_.upper_bound(address);
    if (found == blocks_.begin()) {
        return nullptr;
    }
    --found;
    const uint64_t offset = address - found->first;
    const block& block = found->second;
    return offset <= block.bytes && bytes <= block.bytes - offset ? block.memory + offset : nullptr;
}

} // namespace paravane::test
