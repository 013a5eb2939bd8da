// SPDX-License-Identifier: BSD-2-Clause
// See block.hpp.
#include "backend/block.hpp"

namespace paravane::backend {

namespace {

constexpr uint32_t HEADER_BYTES = sizeof(pvn_block_header);
constexpr char IDENTITY[PVN_BLOCK_IDENTITY_BYTES] = "paravane";

} // namespace

block::slot* block::free_slot() {
    for (slot& one : slots_) {
        if (!one.used) {
            return &one;
        }
    }
    return nullptr;
}

void block::serve(uint32_t) {
    slot* one = nullptr;
    do {
        one = free_slot();
    } while (one != nullptr && take(0, one->work) && handle(*one));
    full_ = one == nullptr;
    signal(0);
}

/// The data of a request without header and status byte; how many segments, 0 when
/// there are more than the storage takes.
uint32_t block::collect(slot& one, bool write, uint32_t bytes) {
    const chain& work = one.work;
    const segment* from = write ? work.segments : work.writable();
    uint32_t skip = write ? HEADER_BYTES : 0;
    uint32_t count = 0;
    for (; bytes != 0; ++from) {
        if (skip >= from->bytes) {
            skip -= from->bytes;
            continue;
        }
        if (count == disk_.segments_most()) {
            return 0;
        }
        const uint32_t part = from->bytes - skip < bytes ? from->bytes - skip : bytes;
        one.data[count++] = {from->memory + skip, part};
        bytes -= part;
        skip = 0;
    }
    return count;
}

block_result block::perform(slot& one, const pvn_block_header& header, uint32_t bytes) {
    const bool write = header.type == PVN_BLOCK_WRITE;
    if (header.type == PVN_BLOCK_IDENTITY) {
        return one.work.copy_out(0, IDENTITY, sizeof(IDENTITY)) >= bytes &&
                       bytes == sizeof(IDENTITY)
                   ? block_result::done
                   : block_result::failed;
    }
    if (header.type == PVN_BLOCK_FLUSH) {
        return disk_.start({PVN_BLOCK_FLUSH, 0, 0, nullptr, 0, &one});
    }
    if (header.type != PVN_BLOCK_READ && !write) {
        return block_result::unsupported;
    }
    const uint64_t sectors = disk_.sectors();
    if (bytes == 0 || bytes > MOST_BYTES || bytes % PVN_BLOCK_SECTOR != 0 ||
        header.sector > sectors || bytes / PVN_BLOCK_SECTOR > sectors - header.sector ||
        (write && disk_.read_only())) {
        return block_result::failed;
    }
    const uint32_t count = collect(one, write, bytes);
    return count == 0 ? block_result::failed
                      : disk_.start({header.type, header.sector, bytes, one.data, count, &one});
}

/// False when nothing more is to be taken now.
bool block::handle(slot& one) {
    const chain& work = one.work;
    pvn_block_header header{};
    if (work.copy_in(0, &header, HEADER_BYTES) != HEADER_BYTES || work.writable_bytes == 0) {
        break_down("request without header or status");
        return false;
    }
    const bool write = header.type == PVN_BLOCK_WRITE;
    const uint32_t bytes = write ? work.readable_bytes - HEADER_BYTES : work.writable_bytes - 1;
    one.used = true;
    one.stale = false;
    ++pending_;
    const block_result result = perform(one, header, bytes);
    if (result == block_result::pending) {
        return true;
    }
    one.used = false;
    --pending_;
    switch (result) {
    case block_result::busy:
        untake(0, work);
        return false;
    case block_result::done:
        answer(work, PVN_BLOCK_OK, work.writable_bytes);
        break;
    case block_result::unsupported:
        answer(work, PVN_BLOCK_UNSUPPORTED, 1);
        break;
    default:
        answer(work, PVN_BLOCK_IO_ERROR, 1);
    }
    return true;
}

/// The status is the last writable byte, wherever that lies (5.2.6).
void block::answer(const chain& work, uint8_t code, uint32_t written) {
    work.copy_out(work.writable_bytes - 1, &code, 1);
    give(0, work, written);
}

void block::finish(void* owner, bool good) {
    slot& one = *static_cast<slot*>(owner);
    one.used = false;
    --pending_;
    if (!running()) {
        return;
    }
    if (!one.stale) {
        answer(one.work, good ? PVN_BLOCK_OK : PVN_BLOCK_IO_ERROR,
               good ? one.work.writable_bytes : 1);
    }
    // A driver that started again may wait for this place, stale or not.
    if (full_) {
        serve_batch(0);
    } else {
        signal(0);
    }
}

void block::stopped() {
    for (slot& one : slots_) {
        one.stale = one.used;
    }
}

} // namespace paravane::backend
