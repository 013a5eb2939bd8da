// SPDX-License-Identifier: BSD-2-Clause
// The devices' way to the rest of the hypervisor; see devices.hpp. In the annex: all
// of it runs in the private space.
#include "image/devices.hpp"

#include "boot/digest.hpp"
#include "core/console.hpp"
#include "core/hypervisor.hpp"
#include "core/irq.hpp"
#include "core/log.hpp"
#include "core/machine.hpp"
#include "core/service.hpp"

#include <string.h>

/// In the tables of abstract classes; never called.
extern "C" void __cxa_pure_virtual() {
    __builtin_trap();
}

namespace paravane::device_glue {

constinit device_world* world = nullptr;

uint8_t* translate(void* of_vm, uint64_t address, uint32_t bytes) {
    return guest_bytes(*static_cast<vm*>(of_vm), {address}, bytes);
}

void log(void* of_vm, const char* device, const char* reason) {
    vm& machine = *static_cast<vm*>(of_vm);
    if (may_log(machine)) {
        log_line(blame::guest, machine.config->id) << device << ": " << reason;
    }
}

void print(void* of_vm, const uint8_t* bytes, uint32_t count) {
    console::write(static_cast<vm*>(of_vm)->config->id, bytes, count);
}

void raise(void* of_vm, uint32_t source) {
    vm& machine = *static_cast<vm*>(of_vm);
    if (machine.state == vm_state::running) {
        irq::raise(*machine.cpu, source);
    }
}

void later(void* of_vm, bool until_time) {
    vm& machine = *static_cast<vm*>(of_vm);
    (until_time ? machine.devices->waiting : machine.devices->busy) = true;
    world->whole->see_to_devices(machine);
}

// Balloon ------------------------------------------------------------------------

namespace {

/// The bit of a page and its bytes; null when it is none of the VM's RAM.
uint8_t* find_page(const balloon_pages& balloon, uint32_t page, uint32_t& bit) {
    bit = 0;
    const boot::vm_config& config = *balloon.machine->config;
    for (uint32_t i = 0; i < config.region_count; ++i) {
        const boot::memory_region& region = config.regions[i];
        const uint32_t offset = page - region.base.value() / PAGE_SIZE;
        if (offset < region.size / PAGE_SIZE) {
            bit += offset;
            return machine::at(region.backing + offset * PAGE_SIZE);
        }
        bit += region.size / PAGE_SIZE;
    }
    return nullptr;
}

} // namespace

/// Nobody else gets the page, but what the VM had in it is gone.
bool release_page(void* of_balloon, uint32_t page) {
    const auto& balloon = *static_cast<balloon_pages*>(of_balloon);
    uint32_t bit;
    uint8_t* const bytes = find_page(balloon, page, bit);
    if (bytes == nullptr || (balloon.bits[bit / 8] >> bit % 8 & 1) != 0) {
        return false;
    }
    balloon.bits[bit / 8] |= static_cast<uint8_t>(1u << bit % 8);
    memset(bytes, 0, PAGE_SIZE);
    return true;
}

bool restore_page(void* of_balloon, uint32_t page) {
    const auto& balloon = *static_cast<balloon_pages*>(of_balloon);
    uint32_t bit;
    if (find_page(balloon, page, bit) == nullptr || (balloon.bits[bit / 8] >> bit % 8 & 1) == 0) {
        return false;
    }
    balloon.bits[bit / 8] &= static_cast<uint8_t>(~(1u << bit % 8));
    return true;
}

void forget_pages(void* of_balloon) {
    const auto& balloon = *static_cast<balloon_pages*>(of_balloon);
    memset(balloon.bits, 0, balloon.machine->config->ram_bytes() / PAGE_SIZE / 8);
}

// Random numbers -------------------------------------------------------------------

/// SHA-256 over state, time and a purpose: one digest is handed out, another becomes
/// the next state, so that what was given tells neither earlier nor later bytes.
uint32_t random_bytes(void* of_world, uint8_t* bytes, uint32_t count) {
    device_world& world = *static_cast<device_world*>(of_world);
    struct {
        uint8_t state[boot::SEED_BYTES];
        uint64_t time;
        uint64_t purpose;
    } input;
    uint8_t digest[boot::DIGEST_BYTES];
    const uint32_t given = count < sizeof digest ? count : sizeof digest;
    memcpy(input.state, world.random_state, sizeof input.state);
    input.time = machine::ticks();
    input.purpose = 1;
    boot::digest_of({reinterpret_cast<const uint8_t*>(&input), sizeof input}, digest);
    memcpy(bytes, digest, given);
    input.purpose = 2;
    boot::digest_of({reinterpret_cast<const uint8_t*>(&input), sizeof input}, world.random_state);
    memset(digest, 0, sizeof digest);
    memset(input.state, 0, sizeof input.state);
    return given;
}

uint32_t no_bytes(void*, uint8_t*, uint32_t) {
    return 0;
}

} // namespace paravane::device_glue

namespace paravane::board_devices {

served serve(uint32_t interrupt) {
    return device_glue::world->board.serve(interrupt);
}

void poll() {
    device_glue::world->board.poll();
}

} // namespace paravane::board_devices
