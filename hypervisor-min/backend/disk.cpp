// SPDX-License-Identifier: BSD-2-Clause
// See disk.hpp.
#include "backend/disk.hpp"

namespace paravane::backend {

disk::disk(pvn_block& driver, uint64_t first, uint64_t sectors, bool read_only)
    : driver_{driver}, first_{first}, sectors_{sectors}, read_only_{read_only} {
    const uint64_t all = driver.sectors;
    first_ = first < all ? first : all;
    sectors_ = sectors < all - first_ ? sectors : all - first_;
    for (request& one : requests_) {
        one.used = false;
    }
}

block_result disk::start(const block_request& wanted) {
    if (wanted.type == PVN_BLOCK_FLUSH && driver_.can_flush == 0) {
        return block_result::done;
    }
    request* one = nullptr;
    for (request& each : requests_) {
        one = !each.used && one == nullptr ? &each : one;
    }
    if (one == nullptr) {
        refused_ = true;
        return block_result::busy;
    }
    for (uint32_t i = 0; i < wanted.count; ++i) {
        one->segments[i] = {wanted.segments[i].memory, wanted.segments[i].bytes};
    }
    one->owner = wanted.owner;
    one->self = this;
    one->inner = {wanted.type, first_ + wanted.sector, one->segments, wanted.count, done, one};
    switch (pvn_block_submit(&driver_, &one->inner)) {
    case PVN_OK:
        one->used = true;
        pvn_block_kick(&driver_);
        return block_result::pending;
    case PVN_FULL:
        refused_ = true;
        return block_result::busy;
    default:
        return block_result::failed;
    }
}

void disk::done(pvn_block_request* inner, int status) {
    auto& one = *static_cast<request*>(inner->context);
    one.used = false;
    one.self->owner_->finish(one.owner, status == PVN_OK);
}

void disk::poll() {
    if (refused_) {
        refused_ = false;
        owner_->resume();
    }
}

} // namespace paravane::backend
