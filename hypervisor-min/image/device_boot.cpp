// SPDX-License-Identifier: BSD-2-Clause
// Makes the devices of every VM. Boot-only; devices.cpp is what stays, board_devices.cpp
// has the board's own.
#include "image/device_boot.hpp"

#include "core/machine.hpp"
#include "image/devices.hpp"

#include <string.h>

namespace paravane {

vm_home::vm_home(device_world& world, vm& machine, const uint8_t* image, uint8_t* balloon_bits)
    : balloon{&machine, balloon_bits}, output{&machine, device_glue::print},
      pages{&balloon, device_glue::release_page, device_glue::restore_page,
            device_glue::forget_pages},
      memory{&machine, device_glue::translate, machine::at(machine.config->regions[0].backing),
             machine.config->regions[0].base.value(), machine.config->regions[0].size},
      log{&machine, device_glue::log}, around{image,
                                              output,
                                              world.random,
                                              pages,
                                              world.segments,
                                              boot::MAX_SEGMENTS,
                                              world.exchange,
                                              device_glue::raise,
                                              device_glue::later,
                                              &machine,
                                              &world.board},
      devices{memory, log, around} {}

const char* build_devices(vm& machine, const uint8_t* image) {
    const boot::vm_config& config = *machine.config;
    if (config.device_count == 0) {
        return nullptr;
    }
    uint8_t* const pages = machine::at(config.device_memory.base);
    memset(pages, 0, config.device_memory.size);
    const uint32_t page_bytes = config.device_count * PAGE_SIZE;
    backend::arena from{pages + page_bytes, config.device_memory.size - page_bytes};
    bool balloon = false;
    for (uint32_t i = 0; i < config.device_count; ++i) {
        balloon |= config.devices[i].kind == boot::device_kind::balloon;
    }
    void* const bits = balloon ? from.take(config.ram_bytes() / PAGE_SIZE / 8) : nullptr;
    vm_home* const home =
        new (from) vm_home{*device_glue::world, machine, image, static_cast<uint8_t*>(bits)};
    if (home == nullptr || (balloon && bits == nullptr)) {
        return "no memory left";
    }
    machine.devices = &home->devices;
    return home->devices.build(config, pages, from);
}

void seed_world(device_world& world, hypervisor& whole, const boot::system_config& system) {
    device_glue::world = &world;
    world.whole = &whole;
    memcpy(world.random_state, system.seed, sizeof world.random_state);
    world.random = {&world, system.seeded ? device_glue::random_bytes : device_glue::no_bytes};
}

} // namespace paravane
