// SPDX-License-Identifier: BSD-2-Clause
// What the devices of the VMs (backend/) need of this machine: guest memory, virtual
// interrupts, the log, random numbers. device_boot.cpp makes it, devices.cpp serves.
#pragma once

#include "backend/vm_devices.hpp"
#include "core/hypervisor.hpp"

namespace paravane {

/// Pages that a VM gave away: a bit each, counted over its regions.
struct balloon_pages {
    vm* machine;
    uint8_t* bits;
};

struct device_world;

/// One VM's devices and what stands between them and the rest.
struct vm_home {
    vm_home(device_world& world, vm& machine, const uint8_t* image, uint8_t* balloon_bits);

    balloon_pages balloon;
    backend::byte_sink output;
    backend::page_owner pages;
    backend::guest_memory memory;
    backend::device_log log;
    backend::surroundings around;
    backend::vm_devices devices;
};

/// What the VMs' devices share.
struct device_world {
    backend::net_switch segments[boot::MAX_SEGMENTS];
    backend::vsock_exchange exchange;
    backend::physical_devices board;
    uint8_t random_state[boot::SEED_BYTES];
    backend::entropy_source random;
    hypervisor* whole;
};

// The functions behind the tables above.
namespace device_glue {
uint8_t* translate(void* of_vm, uint64_t address, uint32_t bytes);
void log(void* of_vm, const char* device, const char* reason);
void print(void* of_vm, const uint8_t* bytes, uint32_t count);
void raise(void* of_vm, uint32_t source);
void later(void* of_vm, bool until_time);
bool release_page(void* of_balloon, uint32_t page);
bool restore_page(void* of_balloon, uint32_t page);
void forget_pages(void* of_balloon);
/// The world once boot made it.
extern device_world* world;
uint32_t random_bytes(void* of_world, uint8_t* bytes, uint32_t count);
uint32_t no_bytes(void* of_world, uint8_t* bytes, uint32_t count);
} // namespace device_glue

/// Takes over the seed; without one, entropy devices have nothing to give. At boot only.
void seed_world(device_world& world, hypervisor& whole, const boot::system_config& system);

} // namespace paravane
