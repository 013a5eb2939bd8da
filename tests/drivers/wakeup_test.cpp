// SPDX-License-Identifier: BSD-2-Clause
// Nobody sleeps while there is work: two VMs with the kit's front ends on tiny rings,
// the back ends, the glue and core/ as they run on one core. Every step is chosen at
// random: which VM runs, whether it polls, kicks late, masks upcalls or a source, or
// sleeps; when time passes. When everybody sleeps and no alarm is set, all must be done.
#include "device_vms.hpp"
#include "wakeup_guest.hpp"

#include <memory>
#include <random>
#include <string>

namespace paravane::test {
namespace {

/// Rates leave less to wait for than a packet of a socket waits at most.
constexpr uint64_t LATE = backend::vsock::PATIENCE_MS * 1'000'000ull;

class wakeups : public device_vms {
protected:
    void build(const way& how);
    /// Until everybody is done; what went wrong, or nothing.
    std::string run();

    void run_vm(uint32_t i);

    std::unique_ptr<guest> guests_[2];
    std::mt19937 random_;
};

void wakeups::build(const way& how) {
    random_.seed(how.seed);
    build_vms([&](uint32_t i, boot::vm_config& config) {
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
    });
    for (uint32_t i = 0; i < 2; ++i) {
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
        const bool any = may_run(0) || may_run(1);
        if (may_run(i)) {
            run_vm(i);
        } else if (!any && alarm == NEVER) {
            return "everybody sleeps: " + guests_[0]->report() + "; " + guests_[1]->report();
        }
        pass_time(any ? fake::machine.now + random_() % 100'000 : alarm);
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
