// SPDX-License-Identifier: BSD-2-Clause
// What must hold inside one description, whatever came before it: unique names
// and numbers, nothing overlapping, every reference resolved.
#pragma once

#include "generator/table_reader.hpp"

namespace paravane::abi_model {

void validate(const description& d, error_sink& errors);

} // namespace paravane::abi_model
