// SPDX-License-Identifier: BSD-2-Clause
// The scheduler's choice; see scheduler.hpp.
#include "core/scheduler.hpp"

#include "lib/marks.hpp"

namespace paravane {

PVN_BOOT_ONLY void scheduler::add(vcpu& cpu, uint8_t priority, uint64_t budget, uint64_t period) {
    entity& added = entities_[count_++];
    added.cpu = &cpu;
    added.budget = added.left = budget;
    added.period = period;
    added.refill_at = NEVER;
    added.priority = priority;
    added.limited = budget != 0;
    entity* before = &head_;
    while (before->next != nullptr && before->next->priority >= priority) {
        before = before->next;
    }
    added.next = before->next;
    before->next = &added;
}

/// Whether it has budget left; refills a budget whose period began.
PVN_RARE bool scheduler::funded(entity& candidate, uint64_t now) {
    if (now >= candidate.refill_at || candidate.refill_at == NEVER) {
        candidate.left = candidate.budget;
        candidate.refill_at = now + candidate.period;
    }
    if (candidate.left == 0) {
        note(candidate.refill_at);
        return false;
    }
    return true;
}

/// The time since the last choice.
void scheduler::charge(uint64_t now) {
    const uint64_t used = now - since_;
    since_ = now;
    if (running_ == nullptr) {
        rested_ += used;
    } else if (running_->limited) {
        running_->left = used < running_->left ? running_->left - used : 0;
    }
}

/// Whether it may run. Who has become ready since the last choice waits from `busy` on.
inline bool scheduler::eligible(entity& candidate, uint64_t now, uint64_t busy) {
    const run_state state = candidate.cpu->run;
    if (state == run_state::woken) [[unlikely]] {
        candidate.cpu->run = run_state::ready;
        candidate.waits_since = busy;
    }
    return state >= run_state::ready && (!candidate.limited || funded(candidate, now));
}

vcpu* scheduler::pick(uint64_t now, uint64_t event) {
    charge(now);
    next_event_ = event;
    const uint64_t busy = now - rested_;
    entity* before = &head_;
    while (before->next != nullptr && !eligible(*before->next, now, busy)) {
        before = before->next;
    }
    entity* best = before->next;
    if (best == nullptr) [[unlikely]] {
        hand_over(nullptr, busy);
        return nullptr;
    }
    bool contended = false;
    entity* const running = running_;
    entity* last = best; // of its equals
    for (entity* near = best; near->next != nullptr; near = near->next) {
        entity& other = *near->next;
        const bool may_run = eligible(other, now, busy);
        if (other.priority != last->priority) {
            continue;
        }
        last = &other;
        if (may_run) {
            contended = true;
            if (&other == running && now < quantum_end_) {
                best = &other;
                before = near;
            }
        }
    }
    if (best != running) {
        hand_over(best, busy);
        begin_quantum(*before, *last, now);
    } else if (now >= quantum_end_) {
        begin_quantum(*before, *last, now);
    }
    if (contended) {
        note(quantum_end_);
    }
    if (best->limited) {
        note(now + best->left);
    }
    return best->cpu;
}

/// From running_ to `next`, null for nobody: who waited, and who waits from now on.
void scheduler::hand_over(entity* next, uint64_t busy) {
    if (running_ != nullptr) {
        running_->waits_since = busy; // of no account unless it is still ready
    }
    if (next != nullptr) {
        next->cpu->stolen += busy - next->waits_since;
    }
    running_ = next;
}

/// For the one behind `before`, which goes behind the `last` of its equals.
inline void scheduler::begin_quantum(entity& before, entity& last, uint64_t now) {
    quantum_end_ = now + QUANTUM;
    entity& chosen = *before.next;
    if (&chosen != &last) {
        before.next = chosen.next;
        chosen.next = last.next;
        last.next = &chosen;
    }
}

} // namespace paravane
