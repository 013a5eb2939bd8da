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
    void add(vcpu& cpu, uint8_t priority, uint64_t budget, uint64_t period);

    /// Charges the time since the last call to the vCPU that ran and chooses.
    /// Null: nothing is ready. The choice runs from `now` on.
    /// `event` is when the caller wants to be back anyway.
    vcpu* pick(uint64_t now, uint64_t event = NEVER);

    /// When to be back: then, or when pick() may choose differently though no vCPU becomes
    /// ready, at the end of a quantum or budget, or at a refill.
    uint64_t next_event() const { return next_event_; }

    /// Ends the quantum of the vCPU that runs.
    void yield() { quantum_end_ = 0; }

private:
    struct entity {
        vcpu* cpu;
        entity* next; ///< by priority, equals in the order in which their turns come
        uint8_t priority;
        bool limited;
        uint64_t waits_since; ///< while ready and not running: on the clock of busy time
        uint64_t budget;
        uint64_t period;
        uint64_t left;
        uint64_t refill_at;
    };

    void charge(uint64_t now);
    bool funded(entity& candidate, uint64_t now);
    bool eligible(entity& candidate, uint64_t now, uint64_t busy);
    void hand_over(entity* next, uint64_t busy);
    void begin_quantum(entity& before, entity& last, uint64_t now);
    void note(uint64_t when) {
        if (when < next_event_) {
            next_event_ = when;
        }
    }

    entity entities_[MAX_ENTITIES]{};
    uint32_t count_{0};
    entity head_{}; ///< of the list; only its `next` counts
    entity* running_{nullptr};
    uint64_t since_{0};
    uint64_t rested_{0}; ///< ns in which nobody ran
    uint64_t quantum_end_{0};
    uint64_t next_event_{NEVER};
};

} // namespace paravane
