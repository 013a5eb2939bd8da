// SPDX-License-Identifier: BSD-2-Clause
// ARM SP804 dual timer (ARM DDI 0271): timer 2 runs free as the clock, timer 1 is
// the alarm. Same members as generic_timer.hpp.
#pragma once

#include "core/time_scale.hpp"
#include "device/registers.hpp"

namespace paravane::device {

class sp804 {
public:
    constexpr sp804(uint32_t base, uint32_t hz) : registers_{base}, scale_{time_scale::of(hz)} {}

    void init() {
        disarm();
        registers_.write(FREE + LOAD, 0xffffffff);
        registers_.write(FREE + CONTROL, ENABLE | SIZE_32);
    }

    /// Counts up in 64 bits. To be called once in each wrap of the 32-bit counter,
    /// which the alarm sees to (it is never armed further ahead than half of one).
    uint64_t ticks() {
        const uint32_t low = ~registers_.read(FREE + VALUE);
        high_ += low < last_ ? 1 : 0;
        last_ = low;
        return (static_cast<uint64_t>(high_) << 32) | low;
    }
    const time_scale& scale() const { return scale_; }

    void arm_at(uint64_t tick) {
        const uint64_t now = ticks();
        const uint64_t ahead = tick > now ? tick - now : 1;
        registers_.write(CONTROL, SIZE_32);
        registers_.write(LOAD, ahead < HALF ? static_cast<uint32_t>(ahead) : HALF);
        registers_.write(CONTROL, ENABLE | INTERRUPT | SIZE_32 | ONE_SHOT);
    }
    /// Keeps the clock's wraps observed even when nothing is armed.
    void disarm() { arm_at(~0ull >> 1); }
    void acknowledge() { registers_.write(INTCLR, 1); }

private:
    static constexpr uint32_t LOAD = 0, VALUE = 4, CONTROL = 8, INTCLR = 0xc, FREE = 0x20;
    static constexpr uint32_t ONE_SHOT = 1, SIZE_32 = 2, INTERRUPT = 1u << 5, ENABLE = 1u << 7;
    static constexpr uint32_t HALF = 0x80000000;

    register_block registers_;
    time_scale scale_;
    uint32_t high_{0};
    uint32_t last_{0};
};

} // namespace paravane::device
