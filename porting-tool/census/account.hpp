// SPDX-License-Identifier: BSD-2-Clause
// Joins truth and accounting: each instruction of the binaries gets the source
// site that made it, with its rule, level and edit. What finds none is
// unmentioned: a bug of the tool or of the rules.
#pragma once

#include "site.hpp"

namespace paravane::port {

/// Accounts for all.objects by all.sources. Without sources every sensitive instruction
/// counts as trapped at level 0, which is what `pvport patch` does to it.
void account(report& all);

/// Object sites that nothing accounts for.
size_t unmentioned(const report& all);

} // namespace paravane::port
