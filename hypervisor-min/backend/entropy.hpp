// SPDX-License-Identifier: BSD-2-Clause
// The entropy device (virtio 1.2, 5.4).
#pragma once

#include "backend/device.hpp"

namespace paravane::backend {

/// Where random bytes come from; how many it gave, 0 when it has none now.
struct entropy_source {
    void* context;
    uint32_t (*fill)(void* context, uint8_t* bytes, uint32_t count);
};

class entropy final : public device {
public:
    /// Most bytes for one request, so that nobody drains the source in one go.
    static constexpr uint32_t MOST = 64;

    entropy(const guest_memory& memory, const device_log& log, const entropy_source& source)
        : device{PVN_KIND_ENTROPY, 1, 0, memory, log}, source_{source} {}

    /// The source has bytes again.
    void refilled() { serve_batch(0); }

private:
    /// Random bytes are hashed: 12,000 instructions a request.
    static constexpr uint32_t AT_ONCE = 16;

    void serve(uint32_t queue) override;

    const entropy_source& source_;
};

} // namespace paravane::backend
