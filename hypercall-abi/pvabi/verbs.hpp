// SPDX-License-Identifier: BSD-2-Clause
// The verbs of pvabi, one file each; main.cpp lists them.
#pragma once

#include "toolkit/option_table.hpp"

namespace paravane::pvabi {

toolkit::verb gen_verb();
toolkit::verb show_verb();
toolkit::verb check_verb();
toolkit::verb diff_verb();
toolkit::verb note_verb();

/// Messages of the verbs themselves.
toolkit::message_table own_messages();

} // namespace paravane::pvabi
