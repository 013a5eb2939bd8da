// SPDX-License-Identifier: BSD-2-Clause
// Nobody sleeps while there is work: two VMs with the kit's front ends on tiny rings,
// the back ends, the glue and core/ as they run on one core. Every step is chosen at
// random: which VM runs, whether it polls, kicks late, masks upcalls or a source, or
// sleeps; when time passes. When everybody sleeps and no alarm is set, all must be done.
#include "image/device_boot.hpp"
#include "image/devices.hpp"
#include "wakeup_guest.hpp"

#include <memory>
#include <random>
#include <string>

namespace paravane::test {
namespace {

/// Rates leave less to wait for than a packet of a socket waits at most.
constexpr uint64_t LATE = backend::vsock::PATIENCE_MS * 1'000'000ull;

class wakeups : public two_vms {
protected:
    void build(const way& how);
    /// Until everybody is done; what went wrong, or nothing.
    std::string run();

    bool asked_to_reschedule() {
        const bool wanted = asked("reschedule");
        fake::machine.asked.clear();
        return wanted;
    }
    void look_at_the_clock() { alarm_ = whole->expire_timers(fake::machine.now); }
    void run_vm(uint32_t i);

    std::unique_ptr<device_world> world_;
    std::unique_ptr<guest> guests_[2];
    std::mt19937 random_;
    uint64_t alarm_ = NEVER;
};

void wakeups::build(const way& how) {
    fake::machine = {};
    fake::machine.ram.resize(2 * (RAM_BYTES + DEVICE_BYTES) + PAGE_SIZE);
    const auto at = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(fake::machine.ram.data()));
    const uint32_t first = (0 - at) & (PAGE_SIZE - 1); // whose bytes lie on a page
    random_.seed(how.seed);
    alarm_ = NEVER;
    boot::system_config system{};
    system.vm_count = 2;
    for (uint32_t i = 0; i < 2; ++i) {
        boot::vm_config& config = system.vms[i];
        config.id = static_cast<uint8_t>(i + 1);
        config.region_count = 1;
        config.regions[0] = {gpa{RAM_BASE}, RAM_BYTES, pa{first + i * RAM_BYTES}, true};
        config.device_memory = {pa{first + 2 * RAM_BYTES + i * DEVICE_BYTES}, DEVICE_BYTES};
        config.device_count = DEVICES;
        for (auto& device : config.devices) {
            device.transport =
                how.page ? boot::device_transport::shared_page : boot::device_transport::mmio;
        }
        config.devices[SOCKET].kind = boot::device_kind::vsock;
        config.devices[SOCKET].link = 3 + i;
        config.devices[SOCKET].rate = how.seed % 2 == 0 ? 100 : 0;
        config.devices[CARD].kind = boot::device_kind::net;
        config.devices[CARD].rate = how.seed % 3 == 0 ? 8 : 0;
        config.devices[CONSOLE].kind = boot::device_kind::console;
        config.devices[CONSOLE].rate = how.seed % 5 == 0 ? 20 : 0;
        config.devices[DISK].kind = boot::device_kind::block;
        config.devices[DISK].blank = 64 << 10;
        config.devices[DISK].rate = how.seed % 7 == 0 ? 100 : 0;
    }
    take_over(system);
    world_ = std::make_unique<device_world>();
    seed_world(*world_, *whole, system);
    for (uint32_t i = 0; i < 2; ++i) {
        ASSERT_EQ(build_devices(machine(i), nullptr), nullptr);
    }
    for (uint32_t i = 0; i < 2; ++i) {
        whole->start(machine(i));
        guests_[i] = std::make_unique<guest>(*whole, machine(i), cpus[i], how);
    }
    for (auto& each : guests_) {
        each->start();
    }
}

/// A VM that may run does one thing: a batch of its devices', an upcall, or a step.
void wakeups::run_vm(uint32_t i) {
    if (machine(i).devices_busy()) {
        machine(i).devices->work();
    } else if (guests_[i]->takes_interrupts() && irq::refresh(cpus[i], pages[i])) {
        guests_[i]->on_interrupt();
    } else {
        guests_[i]->step();
    }
}

std::string wakeups::run() {
    for (uint32_t step = 0; step < 2'000'000 && !testing::Test::HasFailure(); ++step) {
        if (guests_[0]->done() && guests_[1]->done()) {
            return fake::machine.now < LATE ? "" : "somebody was given up, and tried again";
        }
        const uint32_t i = random_() % 2;
        const bool any = cpus[0].run >= run_state::ready || cpus[1].run >= run_state::ready;
        if (cpus[i].run >= run_state::ready) {
            run_vm(i);
        } else if (!any && alarm_ == NEVER) {
            return "everybody sleeps: " + guests_[0]->report() + "; " + guests_[1]->report();
        }
        fake::machine.now = any ? fake::machine.now + random_() % 100'000 : alarm_;
        if (asked_to_reschedule() || fake::machine.now >= alarm_) {
            look_at_the_clock();
        }
    }
    return "no end: " + guests_[0]->report() + "; " + guests_[1]->report();
}

TEST_F(wakeups, nobody_sleeps_while_there_is_work) {
    for (unsigned seed = 1; seed <= 60 && !HasFailure(); ++seed) {
        for (const bool page : {true, false}) {
            const uint16_t ring = static_cast<uint16_t>(2u << seed % 4);
            SCOPED_TRACE("seed " + std::to_string(seed) + (page ? " page" : " mmio"));
            build({page, ring, seed});
            ASSERT_FALSE(HasFailure());
            EXPECT_EQ(run(), "");
        }
    }
}

} // namespace
} // namespace paravane::test
