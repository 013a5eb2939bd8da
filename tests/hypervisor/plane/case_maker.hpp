// SPDX-License-Identifier: BSD-2-Clause
// What every form of native_cases.cpp needs to make a random case: a state in a mode in
// which the form is not UNPREDICTABLE, bases within the data, targets that are stops.
#pragma once

#include "native_case.hpp"

#include "arch/arm/vcpu_state.hpp"

#include <random>

namespace paravane::plane_test {

using namespace arm;

inline constexpr uint32_t MODES[] = {MODE_USR, MODE_FIQ, MODE_IRQ, MODE_SVC,
                                     MODE_ABT, MODE_UND, MODE_SYS};
inline constexpr uint32_t ARM_STOP_AT = 20;
inline constexpr uint32_t THUMB_STOP_AT = 24;

/// CPSR bit 20 is reserved in ARMv7; QEMU keeps ARMv8's IL there.
inline constexpr uint32_t NO_IL = ~(1u << 20);
inline constexpr uint32_t NOT_SYS = ~(1u << 6);
inline constexpr uint32_t NOT_USR = ~1u;

class case_maker {
public:
    case_maker(uint32_t base, uint32_t seed)
        : slot_{base + AT_SLOT}, data_{base + AT_DATA}, random_{seed} {}

protected:
    uint32_t word() { return random_(); }
    uint32_t below(uint32_t limit) { return random_() % limit; }
    bool coin() { return (random_() & 1) != 0; }
    uint32_t low() { return below(13); }
    uint32_t legal_mode() { return MODES[below(7)]; }
    uint32_t condition() { return coin() ? 0xe0000000 : below(15) << 28; }

    /// NZCVQ, GE, E, A, I, F and a mode; T when asked for.
    uint32_t status(uint32_t mode, bool thumb) {
        return (word() & 0xf80f03c0) | mode | (thumb ? uint32_t{CPSR_T} : 0);
    }

    /// Random registers, a mode out of the set (bits index MODES), stops everywhere.
    void begin(uint32_t modes, bool thumb = false) {
        uint32_t index = below(7);
        while ((modes >> index & 1) == 0) {
            index = below(7);
        }
        mode_ = MODES[index];
        case_ = {};
        case_.cpsr = status(mode_, thumb);
        case_.pc = slot_;
        const bool by_svc = mode_ == MODE_UND || (mode_ != MODE_SVC && coin());
        case_.runner = by_svc ? uint32_t{MODE_SVC} : uint32_t{MODE_UND};
        const uint32_t arm_stop = by_svc ? 0xef000000 : 0xe7f000f0;
        const uint32_t thumb_stop = by_svc ? 0xdf00df00 : 0xde00de00;
        for (uint32_t i = 0; i < 8; ++i) {
            case_.code[i] = (thumb && i < 5) || i >= 6 ? thumb_stop : arm_stop;
        }
        for (uint32_t& r : case_.r) {
            r = word();
        }
        for (uint32_t& r : case_.fiq_r) {
            r = word();
        }
        for (const uint32_t mode : MODES) {
            case_.reg(13, mode) = data_ + 64 + 4 * (below(5) - 2);
            case_.reg(14, mode) = word();
            if (mode != MODE_USR && mode != MODE_SYS) {
                case_.bank(mode).spsr = status(legal_mode(), coin());
            }
        }
        for (uint32_t& d : case_.data) {
            d = word();
        }
    }

    uint32_t& r(uint32_t number) { return case_.reg(number, mode_); }
    /// Where an exception return with this SPSR may go; low bits test the alignment.
    uint32_t target(uint32_t spsr) {
        return (spsr & CPSR_T) != 0 ? slot_ + THUMB_STOP_AT + below(2)
                                    : slot_ + ARM_STOP_AT + below(4);
    }
    uint32_t& data(uint32_t address) { return case_.data[(address - data_) / 4]; }
    /// Makes a register (or SP) a base in the middle of the data.
    void base(uint32_t number) { r(number) = data_ + 64; }

    /// Where a block of words begins that is addressed from `base`.
    static uint32_t lowest(uint32_t base, uint32_t words, bool up, bool before) {
        if (up) {
            return base + (before ? 4 : 0);
        }
        return base - 4 * words + (before ? 0 : 4);
    }
    /// imod, the bits that it is for, M and a mode, as CPS of ARM has them.
    uint32_t cps_fields() {
        const uint32_t imod = coin() ? 2 + below(2) : 0;
        const bool mode = imod == 0 || coin();
        return imod << 18 | (imod != 0 ? 1 + below(7) : 0) << 6 |
               (mode ? 1u << 17 | legal_mode() : 0);
    }

    uint32_t slot_;
    uint32_t data_;
    std::mt19937 random_;
    native_case case_{};
    uint32_t mode_ = MODE_SVC;
};

} // namespace paravane::plane_test
