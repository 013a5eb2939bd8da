// SPDX-License-Identifier: BSD-2-Clause
// The console device (virtio 1.2, 5.3): bytes of a VM to a sink, and back.
#pragma once

#include "backend/device.hpp"

namespace paravane::backend {

/// Where a VM's output goes; must take all of it.
struct byte_sink {
    void* context;
    void (*write)(void* context, const uint8_t* bytes, uint32_t count);
};

class console final : public device {
public:
    console(const guest_memory& memory, const device_log& log, const byte_sink& sink)
        : device{PVN_KIND_CONSOLE, 2, 0, memory, log}, sink_{sink} {}

    /// Bytes for the VM to read; how many it had room for.
    uint32_t input(const uint8_t* bytes, uint32_t count);

private:
    /// Output is polled: this much at a time.
    static constexpr uint32_t CHUNK = 512;

    void serve(uint32_t queue) override;
    void stopped() override { printed_ = 0; }

    const byte_sink& sink_;
    uint32_t printed_{}; ///< Bytes of the oldest request that are out already.
};

} // namespace paravane::backend
