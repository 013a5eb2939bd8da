// SPDX-License-Identifier: BSD-2-Clause
// ARM Generic Interrupt Controller, versions 1 and 2 (ARM IHI 0048): one core, every
// interrupt of equal priority. Used by the interrupt handler of the image.
#pragma once

#include "device/registers.hpp"

namespace paravane::device {

class gic {
public:
    static constexpr uint32_t SPURIOUS = 1020;

    constexpr gic(uint32_t distributor, uint32_t cpu_interface)
        : distributor_{distributor}, cpu_{cpu_interface} {}

    void init() const {
        distributor_.write(CTLR, 0);
        const uint32_t words = (distributor_.read(TYPER) & 0x1f) + 1;
        for (uint32_t i = 0; i < words; ++i) {
            distributor_.write(ICENABLER + 4 * i, ~0u);
            distributor_.write(ICPENDR + 4 * i, ~0u);
        }
        distributor_.write(CTLR, 1);
        cpu_.write(PMR, 0xff);
        cpu_.write(CPU_CTLR, 1);
    }

    void enable(uint32_t interrupt) const {
        distributor_.write_byte(IPRIORITYR + interrupt, 0x80);
        if (interrupt >= 32) {
            distributor_.write_byte(ITARGETSR + interrupt, 1);
        }
        distributor_.write(ISENABLER + 4 * (interrupt / 32), 1u << (interrupt % 32));
    }

    void pend(uint32_t interrupt) const {
        distributor_.write(ISPENDR + 4 * (interrupt / 32), 1u << (interrupt % 32));
    }

    void disable(uint32_t interrupt) const {
        distributor_.write(ICENABLER + 4 * (interrupt / 32), 1u << (interrupt % 32));
    }

    /// The interrupt to serve now, SPURIOUS or above if none. To be ended.
    uint32_t acknowledge() const { return cpu_.read(IAR) & 0x3ff; }
    void end(uint32_t interrupt) const { cpu_.write(EOIR, interrupt); }

private:
    static constexpr uint32_t CTLR = 0, TYPER = 4, ISENABLER = 0x100, ICENABLER = 0x180,
                              ISPENDR = 0x200, ICPENDR = 0x280, IPRIORITYR = 0x400,
                              ITARGETSR = 0x800;
    static constexpr uint32_t CPU_CTLR = 0, PMR = 4, IAR = 0xc, EOIR = 0x10;

    register_block distributor_;
    register_block cpu_;
};

} // namespace paravane::device
