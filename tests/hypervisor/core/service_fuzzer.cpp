// SPDX-License-Identifier: BSD-2-Clause
// Any sequence of service calls, by registers that a guest chose freely, with whatever
// it stored in its page in between: no call reaches another VM's memory, changes a
// register that is not a result, or leaves the scheduler without a choice.
#include "arch/fake/fake.hpp"
#include "core/hypervisor.hpp"
#include "core/service.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace paravane {
namespace {

constexpr uint32_t GUEST_BASE = 0x40000000;
constexpr uint32_t GUEST_BYTES = 0x10000;
constexpr uint32_t CALLS_MAX = 64;

class input {
public:
    input(const uint8_t* data, size_t size) : data_{data}, left_{size} {}
    bool empty() const { return left_ == 0; }
    uint8_t byte() {
        if (left_ == 0) {
            return 0;
        }
        --left_;
        return *data_++;
    }
    uint32_t word() {
        uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            value = value << 8 | byte();
        }
        return value;
    }

private:
    const uint8_t* data_;
    size_t left_;
};

void require(bool held, const char* what) {
    if (!held) {
        std::fprintf(stderr, "service_fuzzer: %s\n", what);
        std::abort();
    }
}

class world {
public:
    world() {
        fake::machine = {};
        boot::system_config system{};
        system.vm_count = 2;
        for (uint32_t i = 0; i < 2; ++i) {
            boot::vm_config& config = system.vms[i];
            config.id = static_cast<uint8_t>(i + 1);
            config.region_count = 1;
            config.regions[0] = {gpa{GUEST_BASE}, GUEST_BYTES, pa{i * GUEST_BYTES}, true};
            config.peers = i == 0 ? 1u << 2 : 0;
            config.restart = boot::restart_policy::on_failure;
            config.restart_max = 3;
        }
        whole_->init(boot::board_config{}, system);
        for (uint32_t i = 0; i < 2; ++i) {
            vm& machine = (*whole_)[i];
            machine.cpu = &cpus_[i];
            cpus_[i].owner = &machine;
            cpus_[i].page = &pages_[i];
            machine.feature_words[0] = ~0u;
            whole_->start(machine);
            whole_->sched.add(cpus_[i], 1, 0, 0);
        }
        std::fill_n(fake::machine.ram.begin() + GUEST_BYTES, GUEST_BYTES, uint8_t{0x5a});
    }

    void step(input& in) {
        uint32_t* const r = cpus_[0].arch.frame.r;
        for (int i = 0; i < 13; ++i) {
            r[i] = i < 4 ? argument(in) : 0x100u + static_cast<uint32_t>(i);
        }
        r[12] = number(in);
        scribble(in);
        service{*whole_, (*whole_)[0]}.serve();
        const bool restarted = std::find(fake::machine.asked.begin(), fake::machine.asked.end(),
                                         "reset 1") != fake::machine.asked.end();
        for (uint32_t i = 4; i < 12 && !restarted; ++i) {
            require(r[i] == 0x100 + i, "a register that is no result was changed");
        }
        fake::machine.asked.clear();
        fake::machine.uart.clear();
        fake::machine.now += in.byte() * 1000ull;
        const uint64_t event = whole_->expire_timers(fake::machine.now);
        vcpu* const next = whole_->sched.pick(fake::machine.now, event);
        require(next != nullptr || cpus_[1].run < run_state::ready, "nobody runs, but one could");
        const auto neighbour = fake::machine.ram.begin() + GUEST_BYTES;
        require(std::all_of(neighbour, neighbour + GUEST_BYTES,
                            [](uint8_t byte) { return byte == 0x5a; }),
                "another VM's memory was changed");
    }

private:
    static uint32_t argument(input& in) {
        switch (in.byte() % 4) {
        case 0:
            return in.byte();
        case 1:
            return GUEST_BASE + GUEST_BYTES - 8 + in.byte() % 16;
        case 2:
            return 0u - in.byte();
        default:
            return in.word();
        }
    }

    static uint32_t number(input& in) {
        const uint8_t choice = in.byte();
        return choice < 0xf0   ? abi::version_call::ID + choice % 0x20
               : choice < 0xf8 ? abi::psci_version_call::ID + choice % 16
                               : in.word();
    }

    /// What the guest may store in its page at any time.
    void scribble(input& in) {
        abi::vcpu_page& page = pages_[0];
        page.irq_claimed[in.byte() % 64] = in.byte();
        page.irq_source_mask[in.byte() % 64] = in.byte();
        page.irq_mask = in.byte();
        page.pt_batch[in.byte() % 64].va = in.word();
    }

    std::unique_ptr<hypervisor> whole_ = std::make_unique<hypervisor>();
    vcpu cpus_[2]{};
    abi::vcpu_page pages_[2]{};
};

} // namespace
} // namespace paravane

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace paravane;
    input in{data, size};
    const auto system = std::make_unique<world>();
    try {
        for (uint32_t calls = 0; calls < CALLS_MAX && !in.empty(); ++calls) {
            system->step(in);
        }
    } catch (const fake::powered_off&) {
        // Every VM has ended.
    }
    return 0;
}
