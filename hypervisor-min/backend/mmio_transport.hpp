// SPDX-License-Identifier: BSD-2-Clause
// virtio-mmio, version 2, by trapped loads and stores (virtio 1.2, 4.2): for
// kernels that bring their own drivers. The trap handler calls load and store.
#pragma once

#include "backend/device.hpp"

namespace paravane::backend {

class mmio_transport final : public transport {
public:
    mmio_transport(device& target, const vm_line& line) : transport{line}, device_{target} {
        target.attach(*this);
    }

    /// A guest's access to the register page; `offset` and `width` as in the
    /// instruction. What the standard forbids reads as zero and writes nothing.
    uint32_t load(uint32_t offset, uint32_t width) const;
    void store(uint32_t offset, uint32_t width, uint32_t value);

    void interrupt(uint32_t reasons) override;
    void config_changed() override { ++generation_; }
    void status_changed() override;

private:
    void store_queue(uint32_t offset, uint32_t value);
    ring::layout* selected() { return queue_ < MAX_QUEUES ? &layouts_[queue_] : nullptr; }

    device& device_;
    uint32_t offered_half_{};
    uint32_t accepted_half_{};
    uint64_t accepted_{};
    uint32_t queue_{};
    uint32_t interrupts_{};
    uint32_t generation_{};
    ring::layout layouts_[MAX_QUEUES]{};
};

} // namespace paravane::backend
