// SPDX-License-Identifier: BSD-2-Clause
// One run of a system: QEMU, the consoles, the clock, and what its end means.
#pragma once

#include "pvrun/image.hpp"
#include "pvrun/options.hpp"

namespace paravane::pvrun {

/// Runs until every VM has ended, time is up or QEMU ends; the exit status.
int run_session(const options& given, const board& target, const image_parts& parts,
                const std::filesystem::path& image, const std::filesystem::path& hypervisor);

} // namespace paravane::pvrun
