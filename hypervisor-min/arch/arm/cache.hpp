// SPDX-License-Identifier: BSD-2-Clause
// Cache maintenance on addresses of the private space (ARM ARM B2.2.6, B2.2.7).
// Data is always cleaned and invalidated: a guest may not make others' stores vanish.
#pragma once

#include <stdint.h>

namespace paravane::arm::cache {

/// Clean and invalidate to the point of coherency.
void flush_data(const void* first, uint32_t size);
/// The same for every line of every level, by set and way.
void flush_all_data();
/// The same for one line that a guest names by level, set and way; none if there is no such.
void flush_set_way(uint32_t where);
/// Instruction cache and branch predictor, after the data side was cleaned.
void invalidate_code();

} // namespace paravane::arm::cache
