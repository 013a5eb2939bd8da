// SPDX-License-Identifier: BSD-2-Clause
// What a guest kernel of the tests above core/ gives the kit: memory out of its VM's RAM,
// service calls, registers that trap. wakeup_guest.cpp and killed_guest.cpp are such kernels.
#pragma once

#include "tests/hypervisor/core/world.hpp"

#include "pvn_mmio.h"
#include "pvn_paravane.h"

namespace paravane::test {

inline constexpr uint32_t RAM_BASE = 0x80000000, RAM_BYTES = 2 << 20, DEVICE_BYTES = 1 << 20;

/// One life of a VM; the next needs another one of these.
class vm_kit {
public:
    vm_kit(hypervisor& whole, vm& machine);
    vm_kit(const vm_kit&) = delete;

    /// The device behind either transport, its rings of at most `ring` entries.
    pvn_device* probe(uint32_t index, uint16_t ring);

    /// Bytes of the VM's RAM that nobody has yet; null when none are left.
    uint8_t* memory(uint32_t bytes, uint32_t alignment);

    uint32_t call(uint32_t number, uint32_t r0 = 0, uint32_t r1 = 0, uint32_t r2 = 0) {
        return call_as(whole_, machine_, number, r0, r1, r2);
    }

    bool woken = false; ///< By a front end, since somebody cleared it.

private:
    struct place {
        device_set* devices;
        uint32_t at;
        uint16_t ring;
    };

    hypervisor& whole_;
    vm& machine_;
    uint32_t taken_ = 0; // of the VM's RAM
    pvn_os os_{};
    pvn_paravane_calls calls_{};
    pvn_paravane pages_[boot::MAX_DEVICES]{};
    place places_[boot::MAX_DEVICES]{};
    pvn_mmio registers_[boot::MAX_DEVICES]{};
};

} // namespace paravane::test
