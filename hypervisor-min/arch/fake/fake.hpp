// SPDX-License-Identifier: BSD-2-Clause
// What a test sees and sets of the fake machine below core/.
#pragma once

#include "core/machine.hpp"

#include <stdint.h>
#include <string>
#include <vector>

namespace paravane::fake {

/// Everything that core/ asked of the machine since the test began.
struct record {
    uint64_t now = 0;
    std::vector<uint8_t> ram = std::vector<uint8_t>(1 << 20);
    std::string uart;
    std::vector<std::string> asked;
    bool powered_off = false;
    bool failed = false;
};

extern record machine;

/// Thrown where the real machine would stop.
struct powered_off {};

} // namespace paravane::fake
