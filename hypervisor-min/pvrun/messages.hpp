// SPDX-License-Identifier: BSD-2-Clause
// What pvrun's message ids mean and what to do.
#pragma once

#include "toolkit/message_table.hpp"

namespace paravane::pvrun {

toolkit::message_table messages();

} // namespace paravane::pvrun
