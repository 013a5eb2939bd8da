// SPDX-License-Identifier: BSD-2-Clause
// See disk.hpp.
#include "backend/disk.hpp"

namespace paravane::backend {

block_result disk::start(const block_request& wanted) {
    if (wanted.type == PVN_BLOCK_FLUSH && driver_.can_flush == 0) {
        return block_result::done;
    }
    request* one = requests_;
    while (one->used) {
        if (++one == requests_ + block::MAX_PENDING) {
            refused_ = true;
            return block_result::busy;
        }
    }
    one->owner = wanted.owner;
    one->self = this;
    // The same words under another name, and they stay until the request is finished.
    static_assert(sizeof(segment) == sizeof(pvn_segment) &&
                  offsetof(segment, bytes) == offsetof(pvn_segment, bytes));
    const auto* const data = reinterpret_cast<const pvn_segment*>(wanted.segments);
    one->inner = {wanted.type, first_ + wanted.sector, data, wanted.count, done, one};
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
