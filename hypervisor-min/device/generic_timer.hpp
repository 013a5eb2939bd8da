// SPDX-License-Identifier: BSD-2-Clause
// The ARM generic timer (ARM ARM, part B8): the physical counter as clock, the
// physical timer as the one alarm. Same members as sp804.hpp.
#pragma once

#include "arch/arm/cpu.hpp"
#include "core/time_scale.hpp"

namespace paravane::device {

class generic_timer {
public:
    constexpr generic_timer() = default;

    void init() {
        scale_ = time_scale::of(arm::cpu::read_cntfrq());
        // Guests may read the virtual counter, nothing else (PL0VCTEN).
        arm::cpu::write_cntkctl(2);
        disarm();
    }

    uint64_t ticks() { return arm::cpu::read_cntpct(); }
    const time_scale& scale() const { return scale_; }

    void arm_at(uint64_t tick) {
        arm::cpu::write_cntp_cval(tick);
        arm::cpu::write_cntp_ctl(1);
        arm::cpu::isb();
    }
    void disarm() {
        arm::cpu::write_cntp_ctl(0);
        arm::cpu::isb();
    }
    /// Takes the interrupt away; the alarm is armed anew by whoever needs it.
    void acknowledge() { disarm(); }

private:
    time_scale scale_{};
};

} // namespace paravane::device
