// SPDX-License-Identifier: BSD-2-Clause
// See payload.hpp.
#include "backend/payload.hpp"

namespace paravane::backend {

block_result payload_storage::start(const block_request& request) {
    if (request.type == PVN_BLOCK_WRITE) {
        return block_result::failed;
    }
    const uint8_t* from = bytes_ + request.sector * PVN_BLOCK_SECTOR;
    for (uint32_t i = 0; i < request.count; ++i) {
        __builtin_memcpy(request.segments[i].memory, from, request.segments[i].bytes);
        from += request.segments[i].bytes;
    }
    return block_result::done;
}

block_result ram_storage::start(const block_request& request) {
    uint8_t* at = bytes_ + request.sector * PVN_BLOCK_SECTOR;
    for (uint32_t i = 0; i < request.count; ++i) {
        const segment& part = request.segments[i];
        const bool write = request.type == PVN_BLOCK_WRITE;
        __builtin_memcpy(write ? at : part.memory, write ? part.memory : at, part.bytes);
        at += part.bytes;
    }
    return block_result::done;
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

block_result overlay_storage::start(const block_request& request) {
    const bool write = request.type == PVN_BLOCK_WRITE;
    uint32_t at = static_cast<uint32_t>(request.sector) * PVN_BLOCK_SECTOR;
    for (uint32_t i = 0; i < request.count; ++i) {
        uint8_t* memory = request.segments[i].memory;
        uint32_t left = request.segments[i].bytes;
        while (left != 0) {
            const uint32_t page = at / PAGE_BYTES;
            const uint32_t offset = at % PAGE_BYTES;
            const uint32_t part = left < PAGE_BYTES - offset ? left : PAGE_BYTES - offset;
            if (write) {
                uint8_t* target = writable_page(page);
                if (target == nullptr) {
                    return block_result::failed;
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
    return block_result::done;
}

void overlay_storage::forget() {
    for (uint32_t i = 0; i < table_entries(size_); ++i) {
        table_[i] = 0;
    }
    used_ = 0;
}

} // namespace paravane::backend
