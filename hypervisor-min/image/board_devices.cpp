// SPDX-License-Identifier: BSD-2-Clause
// What the VMs' devices share, and the board's own devices that a system names: made and
// started at boot. Boot-only.
#include "board.hpp"
#include "core/platform.hpp"
#include "image/carver.hpp"
#include "image/device_boot.hpp"
#include "image/devices.hpp"

namespace paravane {

uint32_t device_bytes() {
    using backend::physical_devices;
    return sizeof(device_world) + physical_devices::MAX * physical_devices::DRIVER_BYTES +
           physical_devices::CARD_BYTES;
}

namespace {

/// Disks of the board that the VMs have.
uint32_t disks_of(const boot::system_config& system) {
    uint32_t most = 0;
    for (uint32_t i = 0; i < system.vm_count; ++i) {
        const boot::vm_config& config = system.vms[i];
        for (uint32_t d = 0; d < config.device_count; ++d) {
            most = config.devices[d].disk > most ? config.devices[d].disk : most;
        }
    }
    return most;
}

} // namespace

const char* start_devices(carver& ram, hypervisor& whole, const boot::system_config& system) {
    using backend::physical_devices;
    device_world& world = *ram.make<device_world>();
    seed_world(world, whole, system);
    const uint32_t disks = disks_of(system);
    if (disks > physical_devices::MAX) {
        return "names more disks than are driven";
    }
    const bool card = system.uplink != 0;
    const uint32_t bytes =
        disks * physical_devices::DRIVER_BYTES + (card ? physical_devices::CARD_BYTES : 0);
    backend::arena drivers{ram.take(bytes, PAGE_SIZE), bytes};
    constexpr board::virtio_part SLOTS = board::VIRTIO;
    return world.board.start({SLOTS.base, SLOTS.stride, SLOTS.count, SLOTS.interrupt}, disks,
                             card ? &world.segments[system.uplink] : nullptr, drivers);
}

void start_device_interrupts() {
    backend::physical_devices& board = device_glue::world->board;
    for (uint32_t i = 0; i < board.count(); ++i) {
        platform::enable(board[i].interrupt);
    }
    if (const uint32_t card = board.card_interrupt(); card != 0) {
        platform::enable(card);
    }
}

} // namespace paravane
