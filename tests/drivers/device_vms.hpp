// SPDX-License-Identifier: BSD-2-Clause
// Two VMs on one core of the fake machine, with devices made from their description by the
// image's own glue: the fixture of wakeup_test.cpp and killed_test.cpp.
#pragma once

#include "image/device_boot.hpp"
#include "image/devices.hpp"
#include "vm_kit.hpp"

#include <memory>

namespace paravane::test {

class device_vms : public two_vms {
protected:
    /// Starts the VMs anew; `describe` says of each what else its configuration has.
    template <class Describe>
    void build_vms(Describe describe) {
        fake::machine = {};
        fake::machine.ram.resize(2 * (RAM_BYTES + DEVICE_BYTES) + PAGE_SIZE);
        const auto at =
            static_cast<uint32_t>(reinterpret_cast<uintptr_t>(fake::machine.ram.data()));
        const uint32_t first = (0 - at) & (PAGE_SIZE - 1); // whose bytes lie on a page
        alarm = NEVER;
        boot::system_config system{};
        system.seeded = true;
        system.vm_count = 2;
        for (uint32_t i = 0; i < 2; ++i) {
            boot::vm_config& config = system.vms[i];
            config.id = static_cast<uint8_t>(i + 1);
            config.region_count = 1;
            config.regions[0] = {gpa{RAM_BASE}, RAM_BYTES, pa{first + i * RAM_BYTES}, true};
            config.device_memory = {pa{first + 2 * RAM_BYTES + i * DEVICE_BYTES}, DEVICE_BYTES};
            describe(i, config);
        }
        take_over(system);
        world = std::make_unique<device_world>();
        seed_world(*world, *whole, system);
        for (uint32_t i = 0; i < 2; ++i) {
            ASSERT_EQ(build_devices(machine(i), nullptr), nullptr);
        }
        for (uint32_t i = 0; i < 2; ++i) {
            whole->start(machine(i));
        }
    }

    bool may_run(uint32_t i) const { return cpus[i].run >= run_state::ready; }

    /// Time has passed; what is due by the clock happens, if anybody asked for a look at it.
    void pass_time(uint64_t until) {
        fake::machine.now = until;
        const bool wanted = asked("reschedule");
        fake::machine.asked.clear();
        if (wanted || fake::machine.now >= alarm) {
            alarm = whole->expire_timers(fake::machine.now);
        }
    }

    std::unique_ptr<device_world> world;
    uint64_t alarm = NEVER;
};

} // namespace paravane::test
