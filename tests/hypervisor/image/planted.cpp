// SPDX-License-Identifier: BSD-2-Clause
// Resident code that calls what boot drops: resident.py must find it. In an image of
// its own that nobody runs.
#include "boot/system.hpp"

[[gnu::used, gnu::retain]] static void planted_call(const paravane::boot::board_config& board,
                                                    paravane::boot::system_config& system) {
    (void)paravane::boot::plan_memory(board, {}, system);
}
