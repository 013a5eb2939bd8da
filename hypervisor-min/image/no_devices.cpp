// SPDX-License-Identifier: BSD-2-Clause
// A core image's answers where others have devices.cpp and device_boot.cpp.
#include "image/device_boot.hpp"
#include "lib/marks.hpp"

namespace paravane {

PVN_BOOT_ONLY uint32_t device_bytes() {
    return 0;
}

PVN_BOOT_ONLY const char* start_devices(carver&, hypervisor&, const boot::system_config& system) {
    return system.uplink != 0 ? "this hypervisor drives no card" : nullptr;
}

PVN_BOOT_ONLY const char* build_devices(vm& machine, const uint8_t*) {
    return machine.config->device_count != 0 ? "this hypervisor has no devices" : nullptr;
}

PVN_BOOT_ONLY void start_device_interrupts() {}

served board_devices::serve(uint32_t) {
    return served::nothing;
}

void board_devices::poll() {}

} // namespace paravane
