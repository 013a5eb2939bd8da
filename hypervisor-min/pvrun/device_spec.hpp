// SPDX-License-Identifier: BSD-2-Clause
// The devices/ and passthrough/ nodes of a VM; part of system_spec.cpp's reading.
#pragma once

#include "pvrun/system_spec.hpp"

namespace paravane::pvrun {

std::vector<device_spec> read_devices(const source_node& node, const search_path& files);
std::vector<passthrough_spec> read_passthrough(const source_node& node);

} // namespace paravane::pvrun
