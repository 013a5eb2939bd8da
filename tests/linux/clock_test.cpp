// SPDX-License-Identifier: BSD-2-Clause
// The clock of the ported Linux, whatever another VM's turn falls between: its offset comes
// from one pair of words in the vCPU page, or every timer after it is late or early for ever.
#include <paravane/abi.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

extern "C" {
pvn_vcpu_page clock_page;
int clock_start();
uint64_t clock_now();
void clock_set_event(unsigned long delta);
}

namespace {

constexpr uint64_t TURN = 20'000'000, STEP = 96;
constexpr uint32_t TICK = 16; // ns

/// The one core. The low half of its nanoseconds runs over during the first turns.
struct machine {
    uint64_t now;
    uint64_t counted_at; ///< When the counter was last read.
    uint64_t deadline;
    uint32_t moments;        ///< At which another VM could have had its turn,
    std::set<uint32_t> busy; ///< and those at which it has.
} core;

/// As hypervisor::publish_time(): before the vCPU runs on.
void publish() {
    clock_page.time_sequence += 2;
    clock_page.time_ns = core.now;
    clock_page.time_counter = core.now / TICK;
}

void moment() {
    core.now += STEP;
    if (core.busy.count(core.moments++) != 0) {
        core.now += TURN;
        publish();
    }
}

/// Starts the clock with turns at these moments; how many moments there were.
uint32_t start(const std::set<uint32_t>& turns) {
    core = {0xfff00000 + 7 * TICK, 0, 0, 0, turns};
    clock_page = {};
    clock_page.counter_hz = 1'000'000'000 / TICK;
    publish();
    core.now += 5'000'000; // how old the words are
    EXPECT_EQ(clock_start(), 0);
    const uint32_t moments = core.moments;
    core.busy.clear();
    return moments;
}

/// Up to what its own instructions between two looks take.
void expect_true_time() {
    const auto told = static_cast<int64_t>(clock_now());
    EXPECT_LE(std::abs(told - static_cast<int64_t>(core.counted_at)), 10 * int64_t{STEP});
    clock_set_event(1'000'000);
    const int64_t ahead = static_cast<int64_t>(core.deadline - core.counted_at);
    EXPECT_LE(std::abs(ahead - 1'000'000), 10 * int64_t{STEP});
}

} // namespace

extern "C" uint64_t clock_load(const volatile void* word, unsigned bytes) {
    uint32_t halves[2] = {};
    for (unsigned at = 0; at < bytes; at += 4) {
        moment();
        halves[at / 4] = static_cast<const volatile uint32_t*>(word)[at / 4];
        moment();
    }
    return static_cast<uint64_t>(halves[1]) << 32 | halves[0];
}

extern "C" uint64_t clock_counter() {
    moment();
    core.counted_at = core.now;
    moment();
    return core.counted_at / TICK;
}

extern "C" void clock_service(uint64_t* ns) {
    moment();
    *ns = core.now;
    moment();
}

extern "C" void clock_deadline(uint64_t ns) {
    core.deadline = ns;
}

TEST(linux_clock, is_true_without_another_vm) {
    EXPECT_GT(start({}), 0u);
    expect_true_time();
}

TEST(linux_clock, is_true_wherever_another_vm_has_its_turn) {
    const uint32_t moments = start({});
    for (uint32_t first = 0; first < moments; ++first) {
        for (uint32_t second = first; second < 2 * moments; ++second) {
            SCOPED_TRACE("turns at " + std::to_string(first) + " and " + std::to_string(second));
            start({first, second});
            expect_true_time();
        }
    }
}
