// SPDX-License-Identifier: BSD-2-Clause
// The parts of read.cpp, each in a file of its own: calls and their words,
// the instruction plane, layouts.
#pragma once

#include "generator/table_reader.hpp"

namespace paravane::abi_model {

void read_calls(table_reader& root, description& d, error_sink& errors);
void read_plane(table_reader& root, description& d, error_sink& errors);
void read_layouts(table_reader& root, description& d, error_sink& errors);

} // namespace paravane::abi_model
