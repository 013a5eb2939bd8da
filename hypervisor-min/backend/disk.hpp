// SPDX-License-Identifier: BSD-2-Clause
// A storage on a physical virtio-mmio disk, driven by the project's own block front
// end. Requests of guests reach the disk only as checked and translated segments.
#pragma once

#include "backend/block.hpp"
#include "pvn_block.h"

namespace paravane::backend {

class disk final : public storage {
public:
    /// A part of the disk, in sectors, for one VM; `driver` was started and may be
    /// shared by several of these. At boot only: vm_build.cpp.
    disk(pvn_block& driver, uint64_t first, uint64_t sectors, bool read_only);

    /// The device that is told of finished requests.
    void attach(block& owner) { owner_ = &owner; }

    uint64_t sectors() const override { return sectors_; }
    bool read_only() const override { return read_only_ || driver_.read_only != 0; }
    uint32_t segments_most() const override { return driver_.segment_count; }
    block_result start(const block_request& request) override;

    /// After pvn_block_poll: takes up what was refused as busy.
    void poll();

private:
    struct request {
        pvn_block_request inner;
        void* owner;
        disk* self;
        bool used;
    };

    static void done(pvn_block_request* inner, int status);

    pvn_block& driver_;
    block* owner_{};
    uint64_t first_;
    uint64_t sectors_;
    bool read_only_;
    bool refused_{};
    request requests_[block::MAX_PENDING];
};

} // namespace paravane::backend
