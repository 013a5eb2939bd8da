// SPDX-License-Identifier: BSD-2-Clause
// The ids that reading and validating a description can print.
#pragma once

#include "toolkit/message_table.hpp"

namespace paravane::abi_model {

toolkit::message_table read_messages();

} // namespace paravane::abi_model
