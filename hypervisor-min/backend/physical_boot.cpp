// SPDX-License-Identifier: BSD-2-Clause
// Finds and starts the board's disks; see physical.hpp. Dropped after boot.
#include "backend/physical.hpp"

namespace paravane::backend {

const char* physical_disks::start(const slots& where, uint32_t wanted, arena& memory) {
    memory_ = &memory;
    os_.context = this;
    os_.memory = physical_disks::memory;
    os_.device_address = device_address;
    os_.barrier = barrier;
    bus_ = {read, write};
    if (wanted > MAX) {
        return "more disks than are driven";
    }
    for (uint32_t slot = where.count; slot-- != 0 && count_ < wanted;) {
        one& next = disks_[count_];
        void* const registers =
            reinterpret_cast<void*>(static_cast<uintptr_t>(where.base + slot * where.stride));
        if (pvn_mmio_probe(&next.registers, &bus_, registers, &os_) != PVN_OK ||
            next.registers.device.kind != PVN_KIND_BLOCK) {
            continue;
        }
        if (pvn_block_start(&next.driver, &next.registers.device, &next) != PVN_OK) {
            return "a disk of the board does not start";
        }
        next.interrupt = where.interrupt + slot;
        ++count_;
    }
    memory_ = nullptr;
    return count_ == wanted ? nullptr : "the board has fewer disks";
}

} // namespace paravane::backend
