// SPDX-License-Identifier: BSD-2-Clause
// Uses the C++ header from the installed tree.
#include <paravane/abi.hpp>

static_assert(sizeof(paravane::abi::vcpu_page) == 4096);
