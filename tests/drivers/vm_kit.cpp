// SPDX-License-Identifier: BSD-2-Clause
// See vm_kit.hpp.
#include "vm_kit.hpp"

#include <algorithm>

namespace paravane::test {

vm_kit::vm_kit(hypervisor& whole, vm& machine) : whole_{whole}, machine_{machine} {
    os_.context = this;
    os_.memory = [](void* self, pvn_size bytes, pvn_size alignment) -> void* {
        return static_cast<vm_kit*>(self)->memory(static_cast<uint32_t>(bytes),
                                                  static_cast<uint32_t>(alignment));
    };
    os_.device_address = [](void* self, const void* memory, pvn_size) -> pvn_u64 {
        const boot::memory_region& ram = static_cast<vm_kit*>(self)->machine_.config->regions[0];
        return RAM_BASE + (static_cast<const uint8_t*>(memory) - machine::at(ram.backing));
    };
    os_.barrier = [](void*, pvn_barrier) {};
    os_.wake = [](void* self, void*) { static_cast<vm_kit*>(self)->woken = true; };
    calls_ = {[](void* self, pvn_u32 device, pvn_u32 queue) {
                  return static_cast<pvn_s32>(
                      static_cast<vm_kit*>(self)->call(abi::device_kick_call::ID, device, queue));
              },
              [](void* self, pvn_u32 device, pvn_u32 operation, pvn_u32 argument) {
                  return static_cast<pvn_s32>(static_cast<vm_kit*>(self)->call(
                      abi::device_config_call::ID, device, operation, argument));
              },
              this};
}

uint8_t* vm_kit::memory(uint32_t bytes, uint32_t alignment) {
    taken_ = (taken_ + alignment - 1) & ~(alignment - 1);
    uint8_t* const memory = machine::at(machine_.config->regions[0].backing + taken_);
    taken_ += bytes;
    return taken_ <= RAM_BYTES ? memory : nullptr;
}

pvn_device* vm_kit::probe(uint32_t index, uint16_t ring) {
    if (machine_.config->devices[index].transport == boot::device_transport::shared_page) {
        auto* const page = reinterpret_cast<pvn_device_page*>(
            machine::at(machine_.config->device_memory.base) + 4096 * index);
        for (auto& queue : page->queues) {
            queue.size_max = std::min(queue.size_max, ring);
        }
        EXPECT_EQ(pvn_paravane_probe(&pages_[index], &calls_, page, index, &os_), PVN_OK);
        return &pages_[index].device;
    }
    static constexpr pvn_mmio_bus BUS = {
        [](void* registers, pvn_u32 offset, unsigned width) {
            const auto& place = *static_cast<vm_kit::place*>(registers);
            uint32_t value = 0;
            EXPECT_TRUE(place.devices->load(place.at + offset, width, value));
            return offset == PVN_MMIO_QUEUE_LIMIT ? std::min<uint32_t>(value, place.ring) : value;
        },
        [](void* registers, pvn_u32 offset, unsigned width, pvn_u32 value) {
            const auto& place = *static_cast<vm_kit::place*>(registers);
            EXPECT_TRUE(place.devices->store(place.at + offset, width, value));
        }};
    places_[index] = {machine_.devices, 4096 * index, ring};
    EXPECT_EQ(pvn_mmio_probe(&registers_[index], &BUS, &places_[index], &os_), PVN_OK);
    return &registers_[index].device;
}

} // namespace paravane::test
