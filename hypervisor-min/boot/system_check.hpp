// SPDX-License-Identifier: BSD-2-Clause
// Whether what boot/system.cpp read makes sense: ranges, overlaps, limits.
#pragma once

#include "boot/system.hpp"

namespace paravane::boot {

/// One VM by itself.
Result<void, refusal> check_vm(const vm_config& vm);

/// What no VM can say alone: there is one, numbers are unique, nothing is shared.
Result<void, refusal> check_together(const system_config& system);

} // namespace paravane::boot
