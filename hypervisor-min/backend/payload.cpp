// SPDX-License-Identifier: BSD-2-Clause
// See payload.hpp.
#include "backend/payload.hpp"

namespace paravane::backend {

bool payload_storage::move(bool write, uint64_t sector, const segment* parts, uint32_t count) {
    if (write) {
        return false;
    }
    const uint8_t* from = bytes_ + sector * PVN_BLOCK_SECTOR;
    for (uint32_t i = 0; i < count; ++i) {
        __builtin_memcpy(parts[i].memory, from, parts[i].bytes);
        from += parts[i].bytes;
    }
    return true;
}

bool ram_storage::move(bool write, uint64_t sector, const segment* parts, uint32_t count) {
    uint8_t* at = bytes_ + sector * PVN_BLOCK_SECTOR;
    for (uint32_t i = 0; i < count; ++i) {
        const segment& part = parts[i];
        __builtin_memcpy(write ? at : part.memory, write ? part.memory : at, part.bytes);
        at += part.bytes;
    }
    return true;
}

uint8_t* overlay_storage::writable_page(uint32_t page) {
    if (table_[page] == 0) {
        if (used_ == pages_ || used_ == MOST_PAGES) {
            return nullptr;
        }
        const uint32_t start = page * PAGE_BYTES;
        const uint32_t bytes = size_ - start < PAGE_BYTES ? size_ - start : PAGE_BYTES;
        __builtin_memcpy(pool_ + used_ * PAGE_BYTES, bytes_ + start, bytes);
        table_[page] = static_cast<uint16_t>(++used_);
    }
    return pool_ + (table_[page] - 1) * PAGE_BYTES;
}

bool overlay_storage::move(bool write, uint64_t sector, const segment* parts, uint32_t count) {
    uint32_t at = static_cast<uint32_t>(sector) * PVN_BLOCK_SECTOR;
    for (uint32_t i = 0; i < count; ++i) {
        uint8_t* memory = parts[i].memory;
        uint32_t left = parts[i].bytes;
        while (left != 0) {
            const uint32_t page = at / PAGE_BYTES;
            const uint32_t offset = at % PAGE_BYTES;
            const uint32_t part = left < PAGE_BYTES - offset ? left : PAGE_BYTES - offset;
            if (write) {
                uint8_t* target = writable_page(page);
                if (target == nullptr) {
                    return false;
                }
                __builtin_memcpy(target + offset, memory, part);
            } else {
                const uint8_t* source = table_[page] == 0 ? bytes_ + page * PAGE_BYTES
                                                          : pool_ + (table_[page] - 1) * PAGE_BYTES;
                __builtin_memcpy(memory, source + offset, part);
            }
            memory += part;
            left -= part;
            at += part;
        }
    }
    return true;
}

void overlay_storage::forget() {
    for (uint32_t i = 0; i < table_entries(size_); ++i) {
        table_[i] = 0;
    }
    used_ = 0;
}

} // namespace paravane::backend
