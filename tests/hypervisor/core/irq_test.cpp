// SPDX-License-Identifier: BSD-2-Clause
// Virtual interrupt sources: raising, claiming, masking, waking; and the timer.
#include "core/irq.hpp"
#include "core/time_scale.hpp"
#include "tests/hypervisor/core/world.hpp"

namespace paravane {
namespace {

using irq_test = two_vms;

TEST_F(irq_test, a_raised_source_is_pending_until_claimed) {
    irq::raise(cpus[0], 5);
    EXPECT_EQ(pages[0].irq_pending, 1u);
    EXPECT_EQ(cpus[0].arch.attention, 1u);
    EXPECT_TRUE(irq::refresh(cpus[0], pages[0]));
    pages[0].irq_claimed[5] = pages[0].irq_raised[5];
    EXPECT_FALSE(irq::refresh(cpus[0], pages[0]));
    EXPECT_EQ(pages[0].irq_pending, 0u);
}

TEST_F(irq_test, raising_256_times_does_not_lose_it) {
    for (int i = 0; i < 256; ++i) {
        irq::raise(cpus[0], 63);
    }
    EXPECT_TRUE(irq::refresh(cpus[0], pages[0]));
}

TEST_F(irq_test, a_masked_source_neither_wakes_nor_pends) {
    pages[0].irq_source_mask[7] = 1;
    cpus[0].run = run_state::idle;
    irq::raise(cpus[0], 7);
    EXPECT_EQ(pages[0].irq_pending, 0u);
    EXPECT_EQ(cpus[0].run, run_state::idle);
    pages[0].irq_source_mask[7] = 0;
    EXPECT_TRUE(irq::refresh(cpus[0], pages[0])) << "it was not forgotten";
}

TEST_F(irq_test, wakes_an_idle_vcpu_but_not_a_stopped_one) {
    cpus[0].run = run_state::idle;
    cpus[1].run = run_state::stopped;
    irq::raise(cpus[0], 0);
    irq::raise(cpus[1], 0);
    EXPECT_EQ(cpus[0].run, run_state::woken);
    EXPECT_EQ(cpus[1].run, run_state::stopped);
}

TEST_F(irq_test, whoever_wakes_is_told_to_the_scheduler_and_nobody_else) {
    irq::raise(cpus[0], 3);
    EXPECT_TRUE(fake::machine.asked.empty());
    cpus[0].run = run_state::idle;
    irq::raise(cpus[0], 3);
    EXPECT_EQ(fake::machine.asked, std::vector<std::string>{"reschedule"});
    irq::raise(cpus[0], 4);
    EXPECT_EQ(fake::machine.asked.size(), 1u);
}

TEST_F(irq_test, a_source_and_its_neighbour_are_told_apart) {
    for (const uint32_t source : {32u, 33u}) {
        const uint32_t neighbour = source ^ 1;
        irq::raise(cpus[0], source);
        irq::raise(cpus[0], neighbour);
        pages[0].irq_claimed[neighbour] = pages[0].irq_raised[neighbour];
        EXPECT_TRUE(irq::refresh(cpus[0], pages[0])) << source;
        pages[0].irq_source_mask[source] = 1;
        EXPECT_FALSE(irq::refresh(cpus[0], pages[0])) << source;
        pages[0].irq_source_mask[source] = 0;
        EXPECT_TRUE(irq::refresh(cpus[0], pages[0])) << source << " was not forgotten";
        pages[0].irq_claimed[source] = pages[0].irq_raised[source];
        EXPECT_FALSE(irq::refresh(cpus[0], pages[0])) << source;
    }
}

TEST_F(irq_test, timers_expire_once_and_the_next_is_told) {
    whole->set_deadline(cpus[1], 300);
    whole->set_deadline(cpus[0], 100);
    EXPECT_EQ(whole->expire_timers(99), 100u);
    EXPECT_EQ(pages[0].irq_pending, 0u);
    EXPECT_EQ(whole->expire_timers(100), 300u);
    EXPECT_EQ(pages[0].irq_pending, 1u);
    EXPECT_EQ(pages[1].irq_pending, 0u);
    EXPECT_EQ(cpus[0].deadline, NEVER);
    EXPECT_EQ(whole->expire_timers(400), NEVER);
}

TEST(time_scale_test, is_exact_enough_and_never_early) {
    for (const uint32_t hz : {1'000'000u, 62'500'000u, 24'000'000u, 999'999'999u}) {
        const time_scale scale = time_scale::of(hz);
        for (const uint64_t seconds : {1ull, 3600ull, 100'000'000ull}) {
            const uint64_t ns = scale.to_ns(seconds * hz);
            EXPECT_NEAR(static_cast<double>(ns), 1e9 * static_cast<double>(seconds),
                        20.0 * static_cast<double>(seconds) + 1.0)
                << hz;
        }
        for (uint64_t ns = 1; ns < 10'000'000'000ull; ns = ns * 3 + 1) {
            EXPECT_GE(scale.to_ns(scale.to_ticks(ns)) + 20, ns) << hz;
        }
    }
}

} // namespace
} // namespace paravane
