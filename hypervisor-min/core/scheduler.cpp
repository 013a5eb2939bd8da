// SPDX-License-Identifier: BSD-2-Clause
// The scheduler's choice; see scheduler.hpp.
#include "core/scheduler.hpp"

namespace paravane {

void scheduler::charge(uint64_t now) {
    if (running_ != nullptr && running_->limited) {
        const uint64_t used = now - since_;
        running_->left = used < running_->left ? running_->left - used : 0;
    }
    since_ = now;
}

/// Whether it has budget left; refills a budget whose period began.
bool scheduler::funded(entity& candidate, uint64_t now) {
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

vcpu* scheduler::pick(uint64_t now) {
    charge(now);
    next_event_ = NEVER;
    entity* best = nullptr;
    bool contended = false;
    const bool fresh = now >= quantum_end_;
    entity* const end = entities_ + count_;
    for (entity* candidate = entities_; candidate != end; ++candidate) {
        if (candidate->cpu->run != run_state::ready ||
            (candidate->limited && !funded(*candidate, now))) {
            continue;
        }
        if (best == nullptr || candidate->priority > best->priority) {
            best = candidate;
            contended = false;
        } else if (candidate->priority == best->priority) {
            contended = true;
            const bool keeps = !fresh && best == running_;
            const bool stays = !fresh && candidate == running_;
            const bool older = static_cast<int32_t>(candidate->turn - best->turn) < 0;
            best = stays || (older && !keeps) ? candidate : best;
        }
    }
    if (best != nullptr && (best != running_ || fresh)) {
        best->turn = ++turns_;
        quantum_end_ = now + QUANTUM;
    }
    running_ = best;
    if (best == nullptr) {
        return nullptr;
    }
    if (contended) {
        note(quantum_end_);
    }
    if (best->limited) {
        note(now + best->left);
    }
    return best->cpu;
}

} // namespace paravane
