// SPDX-License-Identifier: BSD-2-Clause
// The devices of one VM as service calls, trapped accesses and the UART reach them.
// backend/vm_devices.hpp implements it; everything runs in the private space.
#pragma once

#include "paravane/abi.hpp"

#include <stdint.h>

namespace paravane {

/// What became of an interrupt of the board's own devices: `nothing` when it is none of
/// theirs, `part` when it is to be repeated after others had their turn.
enum class served : uint8_t { nothing, all, part };

/// Those devices, for image/platform.cpp: image/devices.cpp has them, or no_devices.cpp.
namespace board_devices {
served serve(uint32_t interrupt);
/// Finishes what they have done, without waiting for their interrupts.
void poll();
} // namespace board_devices

class device_set {
public:
    virtual abi::status kick(uint32_t index, uint32_t queue) = 0;
    virtual abi::status configure(uint32_t index, uint32_t operation, uint32_t argument) = 0;

    /// A trapped access at `offset` of the device pages; false where no device's
    /// registers are.
    virtual bool load(uint32_t offset, uint32_t width, uint32_t& value) const = 0;
    virtual bool store(uint32_t offset, uint32_t width, uint32_t value) = 0;

    /// A byte for the VM's console device; false when no driver listens there.
    virtual bool input(uint8_t byte) = 0;

    /// Every device forgets the guest. Its memory may be reused once quiet.
    virtual void reset() = 0;
    virtual bool quiet() const = 0;

    /// Some work was left, to let others run: work() does another batch of it before
    /// the VM's vCPU continues.
    bool busy{false};
    virtual void work() = 0;

    /// Something is held back until time has passed, which tick() tells.
    bool waiting{false};
    virtual void tick(uint32_t now_ms) = 0;

protected:
    ~device_set() = default;
};

} // namespace paravane
