// SPDX-License-Identifier: BSD-2-Clause
// A VM dies, for good or to be started again, at any point of what its console and its
// entropy device do for it: from that moment nothing of it is printed, written, raised or
// kept, its neighbour goes on, and its next life's devices work as those of a first one.
#include "device_vms.hpp"
#include "killed_guest.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace paravane::test {
namespace {

constexpr uint32_t LIVES = 3;

class killed : public device_vms {
protected:
    void build(unsigned seed, bool page);
    void run_vm(uint32_t i);
    void turns(uint32_t count);
    void run_until_done(uint32_t i);
    void live();
    void die(bool for_good);
    void expect_nothing_happens();
    void begin_again();

    boot::memory_region& ram() { return whole->config(0).regions[0]; }
    std::vector<uint8_t> memory() {
        const uint8_t* const first = machine::at(ram().backing);
        return {first, first + ram().size};
    }
    /// What came out on a VM's stream so far.
    const std::string& printed(uint32_t i);
    /// That of the first VM, since its life began.
    std::string of_this_life() { return printed(0).substr(born_); }

    std::mt19937 random_;
    uint16_t ring_ = 0;
    std::unique_ptr<life> guests_[2]; ///< None: dead, or a kernel that does nothing yet.
    size_t born_ = 0;
    size_t decoded_ = 0;
    console::frame_decoder decoder_;
    std::string printed_[2];

    uint32_t mid_text_ = 0, mid_batch_ = 0, held_back_ = 0, unanswered_ = 0; // deaths
};

void killed::build(unsigned seed, bool page) {
    random_.seed(seed);
    ring_ = static_cast<uint16_t>(4u << seed % 4);
    born_ = decoded_ = 0;
    decoder_ = {};
    printed_[0] = printed_[1] = "";
    build_vms([&](uint32_t i, boot::vm_config& config) {
        config.restart = boot::restart_policy::on_failure;
        config.restart_max = i == 0 ? LIVES - 1 : 0;
        config.device_count = KILLED_DEVICES;
        for (auto& device : config.devices) {
            device.transport =
                page ? boot::device_transport::shared_page : boot::device_transport::mmio;
        }
        config.devices[KILLED_CONSOLE].kind = boot::device_kind::console;
        config.devices[KILLED_CONSOLE].rate = seed % 3 == 0 ? 100 : 0;
        config.devices[KILLED_ENTROPY].kind = boot::device_kind::entropy;
        config.devices[KILLED_ENTROPY].rate = seed % 2 == 0 ? 10 : 0;
    });
    for (uint32_t i = 0; i < 2; ++i) {
        guests_[i] = std::make_unique<life>(*whole, machine(i), cpus[i], seed * 2 + i, "az"[i]);
        guests_[i]->start(ring_);
    }
}

const std::string& killed::printed(uint32_t i) {
    const std::string& uart = fake::machine.uart;
    for (; decoded_ < uart.size(); ++decoded_) {
        const auto what = decoder_.feed(static_cast<uint8_t>(uart[decoded_]));
        const uint32_t stream = decoder_.stream();
        if (what >= console::frame_decoder::meaning::payload && (stream == 1 || stream == 2)) {
            printed_[stream - 1] += uart[decoded_];
        }
    }
    return printed_[i];
}

void killed::run_vm(uint32_t i) {
    if (machine(i).busy()) {
        whole->work(machine(i));
    } else if (guests_[i] != nullptr) {
        guests_[i]->step();
    }
}

void killed::turns(uint32_t count) {
    while (count-- != 0 && !HasFailure()) {
        const uint32_t i = random_() % 2;
        const bool any = may_run(0) || may_run(1);
        ASSERT_TRUE(any || alarm != NEVER) << "everybody sleeps";
        if (may_run(i)) {
            run_vm(i);
        }
        pass_time(any ? fake::machine.now + random_() % 200'000
                      : std::max(alarm, fake::machine.now));
    }
}

void killed::run_until_done(uint32_t i) {
    for (uint32_t rounds = 0; !guests_[i]->done() && !HasFailure(); ++rounds) {
        ASSERT_LT(rounds, 10000u) << "VM " << i + 1 << " gets no further";
        turns(10);
    }
    EXPECT_TRUE(std::string{printed(i)}.ends_with(guests_[i]->text()));
}

/// Some time, and then, as often as not, until a batch has left work.
void killed::live() {
    turns(random_() % 400);
    for (uint32_t left = random_() % 2 * 400; left != 0 && !machine(0).devices_busy(); --left) {
        turns(1);
    }
}

/// At once, whatever is under way; in each way that there is.
void killed::die(bool for_good) {
    const size_t out = of_this_life().size();
    EXPECT_EQ(of_this_life(), guests_[0]->text().substr(0, out));
    mid_text_ += guests_[0]->between_chains(out) ? 0 : 1;
    mid_batch_ += machine(0).devices_busy() ? 1 : 0;
    held_back_ += machine(0).devices->waiting ? 1 : 0;
    unanswered_ += guests_[0]->asks() ? 1 : 0;
    guests_[0] = nullptr;
    // The last of its starts is used up when it dies for good.
    if (random_() % 2 == 0) {
        whole->kill(machine(0), "a test");
    } else if (for_good) {
        whole->end(machine(0), console::end_kind::stopped, 0);
    } else {
        whole->restart(machine(0));
    }
    EXPECT_EQ(machine(0).state, for_good ? vm_state::ended : vm_state::loading);
}

/// Nobody but the neighbour does anything, however long one waits or asks.
void killed::expect_nothing_happens() {
    const std::vector<uint8_t> before = memory();
    const std::string text = printed(0);
    const abi::vcpu_page page = pages[0];
    turns(150);
    machine(0).devices->work();
    machine(0).devices->tick(static_cast<uint32_t>(fake::machine.now / 1'000'000) + 1000);
    machine(0).devices->work();
    EXPECT_FALSE(machine(0).devices->input('x'));
    for (const uint32_t device : {KILLED_CONSOLE, KILLED_ENTROPY}) {
        machine(0).devices->kick(device, 0);
        machine(0).devices->kick(device, 1);
    }
    turns(150);
    EXPECT_TRUE(memory() == before) << "its memory was written";
    EXPECT_EQ(printed(0), text);
    EXPECT_TRUE(std::ranges::equal(pages[0].irq_raised, page.irq_raised));
    EXPECT_FALSE(machine(0).devices->waiting) << "and ticks go on for nothing";
}

void killed::begin_again() {
    while (machine(0).state == vm_state::loading && !HasFailure()) {
        turns(1);
    }
    const auto held = memory();
    EXPECT_EQ(std::count(held.begin(), held.end(), 0), std::ptrdiff_t{RAM_BYTES})
        << "something of the last life is left";
    EXPECT_EQ(cpus[0].raised, 0u);
}

TEST_F(killed, at_any_moment_and_its_devices_let_go) {
    for (unsigned seed = 1; seed <= 150 && !HasFailure(); ++seed) {
        const bool page = seed / 2 % 2 == 0;
        SCOPED_TRACE("seed " + std::to_string(seed) + (page ? " page" : " mmio"));
        build(seed, page);
        for (uint32_t lives = 1; lives < LIVES && !HasFailure(); ++lives) {
            live();
            die(false);
            begin_again();
            expect_nothing_happens();
            born_ = printed(0).size();
            guests_[0] = std::make_unique<life>(*whole, machine(0), cpus[0], seed * 3 + lives,
                                                static_cast<char>('a' + lives));
            guests_[0]->start(ring_);
        }
        if (seed % 3 == 0) {
            run_until_done(0);
            EXPECT_EQ(of_this_life(), guests_[0]->text());
        }
        live();
        die(true);
        expect_nothing_happens();
        run_until_done(1);
        EXPECT_EQ(printed(1), guests_[1]->text());
    }
    // Or the test tests nothing.
    EXPECT_GT(mid_text_, 50u);
    EXPECT_GT(mid_batch_, 50u);
    EXPECT_GT(held_back_, 50u);
    EXPECT_GT(unanswered_, 50u);
}

} // namespace
} // namespace paravane::test
