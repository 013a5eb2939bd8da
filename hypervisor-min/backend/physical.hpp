// SPDX-License-Identifier: BSD-2-Clause
// The board's own virtio-mmio disks and network card. A disk is one VM's: what its guest
// asks for reaches it as checked and translated descriptors only (disk.hpp). The card is a
// port of a switch (uplink.hpp), driven by the kit's front end, and sees copies.
// physical_boot.cpp finds them; interrupts end here.
#pragma once

#include "backend/arena.hpp"
#include "backend/disk.hpp"
#include "backend/uplink.hpp"
#include "core/devices.hpp"
#include "pvn_mmio.h"

namespace paravane::backend {

class physical_devices {
public:
    static constexpr uint32_t MAX = 4;
    /// Ring and headers of one disk.
    static constexpr uint32_t DRIVER_BYTES = 48 * 1024;
    /// The same of the card, with frames both ways.
    static constexpr uint32_t CARD_BYTES = 128 * 1024;

    /// The slots of a board's virtio-mmio devices, lowest first.
    struct slots {
        uint32_t base;
        uint32_t stride;
        uint32_t count;
        uint32_t interrupt; ///< Of the first; the others follow.
    };

    /// Starts the first `wanted` disks, counted from the highest slot down as QEMU
    /// fills them, and unless `hub` is null the first card as its port; `memory` holds
    /// DRIVER_BYTES for each disk and CARD_BYTES. Null, or why not. At boot only.
    const char* start(const slots& where, uint32_t wanted, net_switch* hub, arena& memory);

    uint32_t count() const { return count_; }
    drive& operator[](uint32_t index) { return disks_[index]; }

    /// 0: there is none.
    uint32_t card_interrupt() const { return card_interrupt_; }

    using served = paravane::served;
    /// An interrupt that may be one of the devices'.
    served serve(uint32_t interrupt);
    /// Looks at every disk without an interrupt.
    void poll();

private:
    const char* start_card(net_switch& hub);
    static void* memory(void* self, pvn_size bytes, pvn_size alignment);
    static pvn_u64 device_address(void* self, const void* memory, pvn_size bytes);
    static void barrier(void* self, enum pvn_barrier kind);
    static pvn_u32 read(void* registers, pvn_u32 offset, unsigned width);
    static void write(void* registers, pvn_u32 offset, unsigned width, pvn_u32 value);

    uint32_t count_{};
    drive disks_[MAX]{};
    uint32_t card_interrupt_{};
    pvn_mmio card_registers_{};
    pvn_net card_{};
    arena* memory_{};
    pvn_os os_{};
    pvn_mmio_bus bus_{};
};

} // namespace paravane::backend
