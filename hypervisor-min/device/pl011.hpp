// SPDX-License-Identifier: BSD-2-Clause
// ARM PL011 UART (ARM DDI 0183), polled output, input by interrupt. The console is
// its only user.
#pragma once

#include "device/registers.hpp"

namespace paravane::device {

class pl011 {
public:
    constexpr explicit pl011(uint32_t base) : registers_{base} {}

    void init() const {
        registers_.write(CR, 0);
        registers_.write(ICR, 0x7ff);
        registers_.write(LCR_H, 0x70); // 8 bits, FIFOs on
        registers_.write(IMSC, RECEIVE);
        registers_.write(CR, 0x301); // receive, transmit, enable
    }

    void put(uint8_t byte) const {
        while ((registers_.read(FR) & TRANSMIT_FULL) != 0) {
        }
        registers_.write(DR, byte);
    }

    /// The next byte received, or -1.
    int32_t get() const {
        if ((registers_.read(FR) & RECEIVE_EMPTY) != 0) {
            registers_.write(ICR, RECEIVE);
            return -1;
        }
        return static_cast<int32_t>(registers_.read(DR) & 0xff);
    }

    /// Waits until everything has left the device.
    void drain() const {
        while ((registers_.read(FR) & BUSY) != 0) {
        }
    }

private:
    static constexpr uint32_t DR = 0x00, FR = 0x18, LCR_H = 0x2c, CR = 0x30, IMSC = 0x38,
                              ICR = 0x44;
    static constexpr uint32_t BUSY = 1u << 3, RECEIVE_EMPTY = 1u << 4, TRANSMIT_FULL = 1u << 5;
    static constexpr uint32_t RECEIVE = 1u << 4 | 1u << 6;

    register_block registers_;
};

} // namespace paravane::device
