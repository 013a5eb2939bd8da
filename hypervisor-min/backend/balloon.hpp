// SPDX-License-Identifier: BSD-2-Clause
// The balloon device (virtio 1.2, 5.5): pages of a VM handed back and forth.
#pragma once

#include "backend/device.hpp"

namespace paravane::backend {

/// The owner of the VM's memory. `release` takes a page away (false: not the VM's
/// RAM, or not there any more), `restore` puts one back (false: not in the balloon).
/// `forget` empties the balloon: its driver is gone.
struct page_owner {
    void* context;
    bool (*release)(void* context, uint32_t page);
    bool (*restore)(void* context, uint32_t page);
    void (*forget)(void* context);
};

class balloon final : public device {
public:
    /// `target`: how many pages the VM should give away.
    balloon(const guest_memory& memory, const device_log& log, const page_owner& owner,
            uint32_t target = 0);

    /// Another target.
    void set_target(uint32_t pages);

    /// How many it says it has.
    uint32_t actual() const;

    abi::status write_config(uint32_t offset, const uint8_t* bytes, uint32_t count) override;

private:
    /// Pages are cleared: this many are a batch (device.hpp).
    static constexpr uint32_t AT_ONCE = 32;

    void serve(uint32_t queue) override;
    void stopped() override {
        moved_[0] = moved_[1] = 0;
        owner_.forget(owner_.context);
    }

    const page_owner& owner_;
    uint32_t moved_[2]{}; ///< Pages of each queue's oldest request that are moved already.
};

} // namespace paravane::backend
