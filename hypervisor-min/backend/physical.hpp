// SPDX-License-Identifier: BSD-2-Clause
// The board's own virtio-mmio disks, driven by the kit's block front end. Each is one
// VM's: what its guest asks for reaches the disk as checked and translated segments
// only (disk.hpp). physical_boot.cpp finds them; interrupts end here.
#pragma once

#include "backend/arena.hpp"
#include "backend/disk.hpp"
#include "pvn_mmio.h"

namespace paravane::backend {

class physical_disks {
public:
    static constexpr uint32_t MAX = 4;
    /// Rings, requests and their frames of one disk.
    static constexpr uint32_t DRIVER_BYTES = 48 * 1024;

    struct one {
        pvn_mmio registers;
        pvn_block driver;
        disk* storage; ///< Null before a VM has it.
        uint32_t interrupt;
    };

    /// The slots of a board's virtio-mmio devices, lowest first.
    struct slots {
        uint32_t base;
        uint32_t stride;
        uint32_t count;
        uint32_t interrupt; ///< Of the first; the others follow.
    };

    /// Starts the first `wanted` disks, counted from the highest slot down as QEMU
    /// fills them; `memory` holds DRIVER_BYTES for each. Null, or why not. At boot only.
    const char* start(const slots& where, uint32_t wanted, arena& memory);

    uint32_t count() const { return count_; }
    one& operator[](uint32_t index) { return disks_[index]; }

    /// A disk's interrupt; false when it is no disk's.
    bool serve(uint32_t interrupt);
    /// Looks at every disk without an interrupt.
    void poll();

private:
    static void settle(one& which);
    static void* memory(void* self, pvn_size bytes, pvn_size alignment);
    static pvn_u64 device_address(void* self, const void* memory, pvn_size bytes);
    static void barrier(void* self, enum pvn_barrier kind);
    static pvn_u32 read(void* registers, pvn_u32 offset, unsigned width);
    static void write(void* registers, pvn_u32 offset, unsigned width, pvn_u32 value);

    uint32_t count_{};
    one disks_[MAX]{};
    arena* memory_{};
    pvn_os os_{};
    pvn_mmio_bus bus_{};
};

} // namespace paravane::backend
