// SPDX-License-Identifier: BSD-2-Clause
// Names must work where they end up: no keyword of C or C++, no two entries that
// become one identifier in a generated file.
#pragma once

#include "generator/table_reader.hpp"

namespace paravane::abi_model {

void validate_names(const description& d, error_sink& errors);

} // namespace paravane::abi_model
