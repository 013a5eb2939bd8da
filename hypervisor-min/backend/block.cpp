// SPDX-License-Identifier: BSD-2-Clause
// See block.hpp.
#include "backend/block.hpp"

namespace paravane::backend {

namespace {

constexpr uint32_t HEADER_BYTES = sizeof(pvn_block_header);
constexpr char IDENTITY[PVN_BLOCK_IDENTITY_BYTES] = "paravane";

} // namespace

/// Whether it is a transfer that this disk can do.
[[gnu::always_inline]] inline bool block_device::fits(const chain& work,
                                                      const pvn_block_header& header) const {
    const bool write = header.type == PVN_BLOCK_WRITE;
    const uint32_t bytes = write ? work.readable_bytes - HEADER_BYTES : work.writable_bytes - 1;
    return header.type <= PVN_BLOCK_WRITE && bytes != 0 && bytes <= MOST_BYTES &&
           bytes % PVN_BLOCK_SECTOR == 0 && header.sector <= sectors_ &&
           bytes / PVN_BLOCK_SECTOR <= sectors_ - header.sector && !(write && read_only_);
}

block_device::wish block_device::look(const chain& work, pvn_block_header& header) {
    const auto* const words = static_cast<const uint32_t*>(work.readable_words(HEADER_BYTES));
    if (words != nullptr) [[likely]] {
        header = {PVN_LOAD32(words), 0,
                  PVN_LOAD32(words + 2) | static_cast<uint64_t>(PVN_LOAD32(words + 3)) << 32};
    } else if (work.copy_in(0, &header, HEADER_BYTES) != HEADER_BYTES) {
        break_down("request without a header");
        return wish::broken;
    }
    if (work.writable_bytes == 0) {
        break_down("request without a status");
        return wish::broken;
    }
    if (fits(work, header)) [[likely]] {
        return wish::serve;
    }
    uint8_t code = PVN_BLOCK_IO_ERROR;
    uint32_t written = 1;
    switch (header.type) {
    case PVN_BLOCK_READ:
    case PVN_BLOCK_WRITE:
        break;
    case PVN_BLOCK_FLUSH:
        if (flushes_) {
            return wish::serve;
        }
        code = PVN_BLOCK_OK;
        break;
    case PVN_BLOCK_IDENTITY:
        if (work.writable_bytes == sizeof(IDENTITY) + 1) {
            written += work.copy_out(0, IDENTITY, sizeof(IDENTITY));
            code = PVN_BLOCK_OK;
        }
        break;
    default:
        code = PVN_BLOCK_UNSUPPORTED;
    }
    answer(work, code, written);
    return wish::answered;
}

/// The status is the last writable byte, wherever that lies (5.2.6).
void block_device::answer(const chain& work, uint8_t code, uint32_t written) {
    work.copy_out(work.writable_bytes - 1, &code, 1);
    give(0, work.head, written);
}

void block::serve(uint32_t) {
    while (take(0, work_)) {
        pvn_block_header header;
        const wish wanted = look(work_, header);
        if (wanted == wish::broken) {
            break;
        }
        if (wanted == wish::answered) {
            continue;
        }
        uint32_t count = 0;
        const bool write = header.type == PVN_BLOCK_WRITE;
        each_piece(work_, write, [&](uint8_t* memory, uint32_t bytes) {
            data_[count++] = {memory, bytes};
            return true;
        });
        const bool good = disk_.move(write, header.sector, data_, count);
        answer(work_, good ? PVN_BLOCK_OK : PVN_BLOCK_IO_ERROR, good ? work_.writable_bytes : 1);
    }
    signal(0);
}

} // namespace paravane::backend
