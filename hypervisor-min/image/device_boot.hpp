// SPDX-License-Identifier: BSD-2-Clause
// What boot_main.cpp asks of device_boot.cpp.
#pragma once

#include "image/devices.hpp"

namespace paravane {

/// Makes the devices of a VM in the memory that plan_memory() chose. Null, or why not.
const char* build_devices(device_world& world, vm& machine, const uint8_t* image);

/// Disks of the board that the VMs have.
uint32_t disks_of(const boot::system_config& system);

/// Takes over the seed; without one, entropy devices have nothing to give.
void seed_world(device_world& world, hypervisor& whole, const boot::system_config& system);

} // namespace paravane
