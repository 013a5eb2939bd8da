// SPDX-License-Identifier: BSD-2-Clause
// See physical.hpp.
#include "backend/physical.hpp"

#include "lib/marks.hpp"

namespace paravane::backend {

physical_devices::served physical_devices::serve(uint32_t interrupt) {
    for (uint32_t i = 0; i < count_; ++i) {
        if (disks_[i].interrupt == interrupt) {
            disks_[i].serve();
            return served::all;
        }
    }
    if (interrupt != card_interrupt_) {
        return served::nothing;
    }
    return uplink::serve(card_) ? served::all : served::part;
}

void physical_devices::poll() {
    for (uint32_t i = 0; i < count_; ++i) {
        disks_[i].poll();
    }
}

// What the kit asks of a system. Physical addresses are addresses here.

PVN_BOOT_ONLY void* physical_devices::memory(void* self, pvn_size bytes, pvn_size alignment) {
    return static_cast<physical_devices*>(self)->memory_->take(static_cast<uint32_t>(bytes),
                                                               static_cast<uint32_t>(alignment));
}

pvn_u64 physical_devices::device_address(void*, const void* memory, pvn_size) {
    return reinterpret_cast<uintptr_t>(memory);
}

void physical_devices::barrier(void*, enum pvn_barrier) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

// Once a device runs, its registers are words; physical_boot.cpp reads smaller ones.

pvn_u32 physical_devices::read(void* registers, pvn_u32 offset, unsigned) {
    return *reinterpret_cast<const volatile uint32_t*>(static_cast<uint8_t*>(registers) + offset);
}

void physical_devices::write(void* registers, pvn_u32 offset, unsigned, pvn_u32 value) {
    *reinterpret_cast<volatile uint32_t*>(static_cast<uint8_t*>(registers) + offset) = value;
}

} // namespace paravane::backend
