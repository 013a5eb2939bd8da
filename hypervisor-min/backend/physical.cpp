// SPDX-License-Identifier: BSD-2-Clause
// See physical.hpp.
#include "backend/physical.hpp"

#include "lib/marks.hpp"

namespace paravane::backend {

bool physical_disks::serve(uint32_t interrupt) {
    for (uint32_t i = 0; i < count_; ++i) {
        if (disks_[i].interrupt == interrupt) {
            pvn_block_interrupt(&disks_[i].driver);
            settle(disks_[i]);
            return true;
        }
    }
    return false;
}

void physical_disks::poll() {
    for (uint32_t i = 0; i < count_; ++i) {
        settle(disks_[i]);
    }
}

/// A disk that breaks the standard is stopped: its requests fail, and all later ones.
void physical_disks::settle(one& which) {
    // Fewer than the queue holds: then it has asked for the next interrupt.
    while (pvn_block_poll(&which.driver) >= which.driver.queue.size) {
    }
    if (which.driver.device->broken != nullptr) {
        pvn_block_stop(&which.driver);
    }
    if (which.storage != nullptr) {
        which.storage->poll();
    }
}

// What the kit asks of a system. Physical addresses are addresses here.

PVN_BOOT_ONLY void* physical_disks::memory(void* self, pvn_size bytes, pvn_size alignment) {
    return static_cast<physical_disks*>(self)->memory_->take(static_cast<uint32_t>(bytes),
                                                             static_cast<uint32_t>(alignment));
}

pvn_u64 physical_disks::device_address(void*, const void* memory, pvn_size) {
    return reinterpret_cast<uintptr_t>(memory);
}

void physical_disks::barrier(void*, enum pvn_barrier) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

pvn_u32 physical_disks::read(void* registers, pvn_u32 offset, unsigned width) {
    const volatile uint8_t* at = static_cast<const volatile uint8_t*>(registers) + offset;
    return width == 1   ? *at
           : width == 2 ? *reinterpret_cast<const volatile uint16_t*>(at)
                        : *reinterpret_cast<const volatile uint32_t*>(at);
}

void physical_disks::write(void* registers, pvn_u32 offset, unsigned width, pvn_u32 value) {
    volatile uint8_t* at = static_cast<volatile uint8_t*>(registers) + offset;
    if (width == 1) {
        *at = static_cast<uint8_t>(value);
    } else if (width == 2) {
        *reinterpret_cast<volatile uint16_t*>(at) = static_cast<uint16_t>(value);
    } else {
        *reinterpret_cast<volatile uint32_t*>(at) = value;
    }
}

} // namespace paravane::backend
