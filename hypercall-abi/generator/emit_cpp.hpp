// SPDX-License-Identifier: BSD-2-Clause
// What the emitters of C++ files share.
#pragma once

#include "generator/emit.hpp"

namespace paravane::abi_model {

/// First lines of a generated C++ file.
std::string cpp_banner(const description& d, std::string_view what);

/// The struct that stands for one call: arguments, result, and both ways to registers.
std::string cpp_call(const call& c);

} // namespace paravane::abi_model
