// SPDX-License-Identifier: BSD-2-Clause
// Who runs: fixed priorities, round robin among equals, a CPU budget per period.
// Knows time only as numbers; image/ programs the alarm from next_event().
#pragma once

#include "core/vcpu.hpp"

#include <stdint.h>

namespace paravane {

class scheduler {
public:
    static constexpr uint32_t MAX_ENTITIES = 8;
    static constexpr uint64_t QUANTUM = 10'000'000;

    /// `budget` ns of every `period` ns, or no limit when it is 0.
    void add(vcpu& cpu, uint8_t priority, uint64_t budget, uint64_t period) {
        entities_[count_++] = {&cpu, budget, period, budget, NEVER, 0, priority, budget != 0};
    }

    /// Charges the time since the last call to the vCPU that ran, and chooses.
    /// Null: nothing is ready. The choice runs from `now` on.
    vcpu* pick(uint64_t now);

    /// When pick() may choose differently though no vCPU becomes ready: the end of a
    /// quantum or budget, or a refill.
    uint64_t next_event() const { return next_event_; }

    /// Ends the quantum of the vCPU that runs.
    void yield() { quantum_end_ = 0; }

private:
    struct entity {
        vcpu* cpu;
        uint64_t budget;
        uint64_t period;
        uint64_t left;
        uint64_t refill_at;
        uint32_t turn; ///< of its last quantum
        uint8_t priority;
        bool limited;
    };

    void charge(uint64_t now);
    bool funded(entity& candidate, uint64_t now);
    void note(uint64_t when) { next_event_ = when < next_event_ ? when : next_event_; }

    entity entities_[MAX_ENTITIES]{};
    uint32_t count_{0};
    uint32_t turns_{0};
    entity* running_{nullptr};
    uint64_t since_{0};
    uint64_t quantum_end_{0};
    uint64_t next_event_{NEVER};
};

} // namespace paravane
