// SPDX-License-Identifier: BSD-2-Clause
// Runs an action of clang on one unit, as the unit's own command would compile it.
// Used by c_front.cpp and preprocess.cpp.
#pragma once

#include "database.hpp"

#include <clang/Tooling/Tooling.h>

namespace paravane::port {

/// Empty, or the first error with its place.
std::string run_clang(const compile_unit& unit, clang::tooling::FrontendActionFactory& factory);

} // namespace paravane::port
