// SPDX-License-Identifier: BSD-2-Clause
// Where an instruction can transfer control or form a PC-relative address.
// Used by reach.cpp only.
#pragma once

#include "walk.hpp"

#include <optional>

namespace paravane::port {

/// Target of a direct branch or call, or the address that an ADR form makes.
std::optional<uint32_t> direct_target(const instruction& i);

/// True when control never continues behind the instruction.
bool never_continues(const instruction& i);

/// One half of a MOVW/MOVT pair.
struct wide_move {
    uint8_t rd;
    bool top;
    uint16_t value;
};
std::optional<wide_move> wide_move_of(const instruction& i);

} // namespace paravane::port
