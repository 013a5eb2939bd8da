// SPDX-License-Identifier: BSD-2-Clause
// The half of validation that is about space: bytes of structures, addresses of
// the map, codes of the instruction plane and bits of instructions.
#pragma once

#include "generator/table_reader.hpp"

namespace paravane::abi_model {

void validate_layouts(const description& d, error_sink& errors);
void validate_plane(const description& d, error_sink& errors);

} // namespace paravane::abi_model
