// SPDX-License-Identifier: BSD-2-Clause
// The ARM PL031 real-time clock (ARM DDI 0224): read once at boot, then left to
// whichever guest it is passed through to.
#pragma once

#include "device/registers.hpp"

namespace paravane::device {

class pl031 {
public:
    constexpr explicit pl031(uint32_t base) : registers_{base} {}

    /// Since 1970-01-01 UTC.
    uint32_t seconds() const { return registers_.read(DATA); }

private:
    static constexpr uint32_t DATA = 0;

    register_block registers_;
};

} // namespace paravane::device
