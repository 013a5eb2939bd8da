// SPDX-License-Identifier: BSD-2-Clause
// Finds and starts the board's disks and card; see physical.hpp. Dropped after boot.
#include "backend/physical.hpp"

namespace paravane::backend {

namespace {

/// Fields of a device's configuration have any width.
pvn_u32 read_field(void* registers, pvn_u32 offset, unsigned width) {
    const volatile uint8_t* at = static_cast<const volatile uint8_t*>(registers) + offset;
    return width == 1   ? *at
           : width == 2 ? *reinterpret_cast<const volatile uint16_t*>(at)
                        : *reinterpret_cast<const volatile uint32_t*>(at);
}

} // namespace

const char* physical_devices::start_disk(one& next) {
    return pvn_block_start(&next.driver, &next.registers.device, &next) == PVN_OK
               ? nullptr
               : "a disk of the board does not start";
}

const char* physical_devices::start_card(net_switch& hub) {
    auto* const frames =
        static_cast<uint8_t*>(memory_->take(uplink::FRAMES * uplink::FRAME_BYTES, 64));
    uplink* const port = new (*memory_) uplink{card_, hub, frames};
    if (frames == nullptr || port == nullptr || !hub.plug(*port)) {
        return "no room for the uplink";
    }
    return pvn_net_start(&card_, &card_registers_.device, this) == PVN_OK
               ? nullptr
               : "the board's network card does not start";
}

const char* physical_devices::start(const slots& where, uint32_t wanted, net_switch* hub,
                                    arena& memory) {
    memory_ = &memory;
    os_.context = this;
    os_.memory = physical_devices::memory;
    os_.device_address = device_address;
    os_.barrier = barrier;
    bus_ = {read_field, write};
    if (wanted > MAX) {
        return "more disks than are driven";
    }
    for (uint32_t slot = where.count; slot-- != 0;) {
        pvn_mmio found{};
        void* const registers =
            reinterpret_cast<void*>(static_cast<uintptr_t>(where.base + slot * where.stride));
        if (pvn_mmio_probe(&found, &bus_, registers, &os_) != PVN_OK) {
            continue;
        }
        const char* why = nullptr;
        if (found.device.kind == PVN_KIND_BLOCK && count_ < wanted) {
            one& next = disks_[count_++];
            next.registers = found;
            next.interrupt = where.interrupt + slot;
            why = start_disk(next);
        } else if (found.device.kind == PVN_KIND_NET && hub != nullptr && card_interrupt_ == 0) {
            card_registers_ = found;
            card_interrupt_ = where.interrupt + slot;
            why = start_card(*hub);
        }
        if (why != nullptr) {
            return why;
        }
    }
    bus_.read = read;
    memory_ = nullptr;
    if (hub != nullptr && card_interrupt_ == 0) {
        return "the board has no network card";
    }
    return count_ == wanted ? nullptr : "the board has fewer disks";
}

} // namespace paravane::backend
