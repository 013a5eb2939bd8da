// SPDX-License-Identifier: BSD-2-Clause
// What boot_main.cpp asks of device_boot.cpp and board_devices.cpp, or of no_devices.cpp in
// a core image.
#pragma once

#include "core/hypervisor.hpp"

namespace paravane {

class carver;

/// The most RAM that start_devices() takes.
uint32_t device_bytes();

/// Makes what the VMs' devices share, and starts the board's own that `system` names.
/// Null, or why not.
const char* start_devices(carver& ram, hypervisor& whole, const boot::system_config& system);

/// Makes the devices of a VM in the memory that plan_memory() chose. Null, or why not.
const char* build_devices(vm& machine, const uint8_t* image);

/// Lets the board's own devices interrupt.
void start_device_interrupts();

} // namespace paravane
