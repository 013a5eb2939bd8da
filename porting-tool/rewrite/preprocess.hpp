// SPDX-License-Identifier: BSD-2-Clause
// What the C preprocessor makes of a .S file, with line markers. Used by asm_isa.cpp.
#pragma once

#include "database.hpp"

namespace paravane::port {

/// Fails with the first error of clang.
outcome<std::string> preprocess(const compile_unit& unit);

} // namespace paravane::port
