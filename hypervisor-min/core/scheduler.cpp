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
    insert(head_, added);
}

/// Behind its equals, which then come before it.
void scheduler::insert(entity& before, entity& which) {
    entity* at = &before;
    while (at->next != nullptr && at->next->priority >= which.priority) {
        at = at->next;
    }
    which.next = at->next;
    at->next = &which;
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
    for (entity* near = best; near->next != nullptr; near = near->next) {
        entity& other = *near->next;
        if (eligible(other, now, busy) && other.priority == best->priority) {
            contended = true;
            if (&other == running_ && now < quantum_end_) {
                best = &other;
                before = near;
            }
        }
    }
    if (best != running_) {
        hand_over(best, busy);
        begin_quantum(*before, now);
    } else if (now >= quantum_end_) {
        begin_quantum(*before, now);
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

/// For the one behind `before`.
inline void scheduler::begin_quantum(entity& before, uint64_t now) {
    quantum_end_ = now + QUANTUM;
    entity& chosen = *before.next;
    if (chosen.next != nullptr && chosen.next->priority == chosen.priority) {
        before.next = chosen.next;
        insert(before, chosen);
    }
}

} // namespace paravane
