// SPDX-License-Identifier: BSD-2-Clause
// The scheduler: priorities, round robin, budgets, and when it wants to be asked again.
#include "core/scheduler.hpp"

#include <gtest/gtest.h>

namespace paravane {
namespace {

class scheduler_test : public testing::Test {
protected:
    scheduler_test() {
        for (vcpu& cpu : cpus) {
            cpu.run = run_state::woken;
        }
    }
    vcpu cpus[3]{};
    scheduler sched;
};

TEST_F(scheduler_test, nothing_ready_chooses_nobody) {
    sched.add(cpus[0], 1, 0, 0);
    cpus[0].run = run_state::idle;
    EXPECT_EQ(sched.pick(0), nullptr);
    EXPECT_EQ(sched.next_event(), NEVER);
}

TEST_F(scheduler_test, higher_priority_always_wins) {
    sched.add(cpus[0], 1, 0, 0);
    sched.add(cpus[1], 9, 0, 0);
    for (uint64_t now = 0; now < 100'000'000; now += 7'000'000) {
        EXPECT_EQ(sched.pick(now), &cpus[1]);
        EXPECT_EQ(sched.next_event(), NEVER) << "no tick while nobody else may run";
    }
    cpus[1].run = run_state::idle;
    EXPECT_EQ(sched.pick(100'000'001), &cpus[0]);
}

TEST_F(scheduler_test, equals_share_by_quanta) {
    for (vcpu& cpu : cpus) {
        sched.add(cpu, 5, 0, 0);
    }
    vcpu* const first = sched.pick(0);
    EXPECT_EQ(sched.next_event(), scheduler::QUANTUM);
    EXPECT_EQ(sched.pick(scheduler::QUANTUM / 2), first) << "its quantum is not over";
    vcpu* const second = sched.pick(scheduler::QUANTUM);
    vcpu* const third = sched.pick(2 * scheduler::QUANTUM);
    EXPECT_NE(first, second);
    EXPECT_NE(second, third);
    EXPECT_NE(first, third);
    EXPECT_EQ(sched.pick(3 * scheduler::QUANTUM), first);
}

TEST_F(scheduler_test, yield_passes_to_the_next_equal) {
    sched.add(cpus[0], 5, 0, 0);
    sched.add(cpus[1], 5, 0, 0);
    vcpu* const first = sched.pick(0);
    sched.yield();
    EXPECT_NE(sched.pick(1), first);
}

TEST_F(scheduler_test, a_spent_budget_waits_for_its_period) {
    sched.add(cpus[0], 9, 2'000'000, 10'000'000);
    sched.add(cpus[1], 1, 0, 0);
    EXPECT_EQ(sched.pick(0), &cpus[0]);
    EXPECT_EQ(sched.next_event(), 2'000'000u);
    EXPECT_EQ(sched.pick(1'000'000), &cpus[0]);
    EXPECT_EQ(sched.pick(2'000'000), &cpus[1]);
    EXPECT_EQ(sched.next_event(), 10'000'000u);
    EXPECT_EQ(sched.pick(9'999'999), &cpus[1]);
    EXPECT_EQ(sched.pick(10'000'000), &cpus[0]);
}

TEST_F(scheduler_test, time_of_others_is_not_charged) {
    sched.add(cpus[0], 1, 2'000'000, 10'000'000);
    sched.add(cpus[1], 9, 0, 0);
    cpus[1].run = run_state::idle;
    EXPECT_EQ(sched.pick(0), &cpus[0]);
    cpus[1].run = run_state::woken;
    EXPECT_EQ(sched.pick(1'000'000), &cpus[1]);
    cpus[1].run = run_state::idle;
    EXPECT_EQ(sched.pick(5'000'000), &cpus[0]);
    EXPECT_EQ(sched.next_event(), 6'000'000u) << "one of its two milliseconds is left";
}

TEST_F(scheduler_test, who_waits_while_another_runs_is_stolen_from) {
    sched.add(cpus[0], 1, 0, 0);
    sched.add(cpus[1], 9, 2'000'000, 10'000'000);
    sched.add(cpus[2], 1, 0, 0);
    cpus[2].run = run_state::idle;
    EXPECT_EQ(sched.pick(0), &cpus[1]);
    EXPECT_EQ(sched.pick(2'000'000), &cpus[0]);
    EXPECT_EQ(cpus[0].stolen, 2'000'000u);
    cpus[2].run = run_state::woken; // it wakes now: the time before was not stolen
    cpus[0].run = run_state::idle;
    EXPECT_EQ(sched.pick(5'000'000), &cpus[2]);
    EXPECT_EQ(cpus[2].stolen, 0u);
    cpus[2].run = run_state::idle;
    EXPECT_EQ(sched.pick(6'000'000), nullptr);
    cpus[0].run = run_state::woken;
    EXPECT_EQ(sched.pick(8'000'000), &cpus[0]);
    EXPECT_EQ(cpus[0].stolen, 2'000'000u);
    EXPECT_EQ(sched.pick(10'000'000), &cpus[1]);
    EXPECT_EQ(cpus[1].stolen, 6'000'000u) << "without budget from 2 on, and nobody ran from 6 to 8";
}

TEST_F(scheduler_test, equals_keep_their_turns_below_a_higher_one) {
    sched.add(cpus[0], 5, 0, 0);
    sched.add(cpus[1], 5, 0, 0);
    sched.add(cpus[2], 9, 0, 0);
    cpus[2].run = run_state::idle;
    vcpu* const first = sched.pick(0);
    cpus[2].run = run_state::woken;
    EXPECT_EQ(sched.pick(1'000'000), &cpus[2]);
    cpus[2].run = run_state::idle;
    vcpu* const second = sched.pick(2'000'000);
    EXPECT_NE(second, first);
    cpus[2].run = run_state::woken;
    EXPECT_EQ(sched.pick(3'000'000), &cpus[2]);
    cpus[2].run = run_state::idle;
    EXPECT_EQ(sched.pick(4'000'000), first);
}

TEST_F(scheduler_test, the_callers_event_counts_too) {
    sched.add(cpus[0], 5, 0, 0);
    sched.pick(0, 7);
    EXPECT_EQ(sched.next_event(), 7u);
    sched.add(cpus[1], 5, 0, 0);
    sched.pick(0, 7);
    EXPECT_EQ(sched.next_event(), 7u);
    sched.pick(0);
    EXPECT_EQ(sched.next_event(), scheduler::QUANTUM);
}

} // namespace
} // namespace paravane
