// SPDX-License-Identifier: BSD-2-Clause
// A hypervisor with two VMs on the fake machine, for the tests of core/.
#pragma once

#include "arch/fake/fake.hpp"
#include "core/hypervisor.hpp"
#include "core/irq.hpp"
#include "core/service.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace paravane {

inline constexpr uint32_t GUEST_BASE = 0x40000000;
inline constexpr uint32_t GUEST_BYTES = 0x10000;

/// Makes a VM issue a call; returns its r0.
inline uint32_t call_as(hypervisor& whole, vm& machine, uint32_t number, uint32_t r0 = 0,
                        uint32_t r1 = 0, uint32_t r2 = 0, uint32_t r3 = 0) {
    uint32_t* const r = machine.cpu->arch.frame.r;
    r[0] = r0;
    r[1] = r1;
    r[2] = r2;
    r[3] = r3;
    r[12] = number;
    service{whole, machine}.serve();
    return r[0];
}

class two_vms : public testing::Test {
protected:
    two_vms() {
        fake::machine = {};
        boot::system_config system{};
        system.vm_count = 2;
        for (uint32_t i = 0; i < 2; ++i) {
            boot::vm_config& config = system.vms[i];
            config.id = static_cast<uint8_t>(i + 1);
            config.region_count = 1;
            config.regions[0] = {gpa{GUEST_BASE}, GUEST_BYTES, pa{i * GUEST_BYTES}, true};
            config.peers = i == 0 ? 1u << 2 : 0;
        }
        take_over(system);
        for (uint32_t i = 0; i < 2; ++i) {
            whole->start(machine(i));
        }
        fake::machine.asked.clear();
        fake::machine.uart.clear();
    }

    /// A hypervisor for these VMs, which have their vCPUs and are not started.
    void take_over(const boot::system_config& system) {
        whole = std::make_unique<hypervisor>();
        whole->init(boot::board_config{}, system);
        for (uint32_t i = 0; i < 2; ++i) {
            cpus[i] = {};
            machine(i).cpu = &cpus[i];
            cpus[i].owner = &machine(i);
            cpus[i].page = &pages[i];
            machine(i).feature_words[0] = ~0u;
        }
    }

    vm& machine(uint32_t i) { return (*whole)[i]; }
    bool asked(const std::string& what) const {
        const auto& all = fake::machine.asked;
        return std::find(all.begin(), all.end(), what) != all.end();
    }
    /// Makes VM 1 issue a call; returns its r0.
    uint32_t call(uint32_t number, uint32_t r0 = 0, uint32_t r1 = 0, uint32_t r2 = 0,
                  uint32_t r3 = 0) {
        return call_as(*whole, machine(0), number, r0, r1, r2, r3);
    }
    /// What attend() does in the VM's own time.
    void finish_loading() {
        while (machine(0).state == vm_state::loading) {
            whole->work(machine(0));
        }
    }
    uint32_t status(abi::status value) const { return static_cast<uint32_t>(value); }

    std::unique_ptr<hypervisor> whole;
    vcpu cpus[2]{};
    abi::vcpu_page pages[2]{};
};

} // namespace paravane
