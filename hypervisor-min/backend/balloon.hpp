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
    balloon(const guest_memory& memory, const device_log& log, const page_owner& owner)
        : device{PVN_KIND_BALLOON, 2, PVN_FEATURE(PVN_BALLOON_F_MUST_TELL), memory, log},
          owner_{owner} {}

    /// How many pages the VM should give away.
    void set_target(uint32_t pages);

    /// How many it says it has.
    uint32_t actual() const;

    Result<void, device_error> write_config(uint32_t offset, const uint8_t* bytes,
                                            uint32_t count) override;

private:
    void serve(uint32_t queue) override;
    void stopped() override { owner_.forget(owner_.context); }
    bool move(uint32_t queue, const chain& list);

    const page_owner& owner_;
};

} // namespace paravane::backend
