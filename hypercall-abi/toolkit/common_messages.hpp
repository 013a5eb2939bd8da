// SPDX-License-Identifier: BSD-2-Clause
// Messages that every tool can print.
#pragma once

#include "toolkit/message_table.hpp"

namespace paravane::toolkit {

message_table common_messages();

} // namespace paravane::toolkit
