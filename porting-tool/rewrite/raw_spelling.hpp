// SPDX-License-Identifier: BSD-2-Clause
// How level 0 spells an instruction where no macro can be had: in .s files, which the C
// preprocessor never sees, so that pvn_guest.h cannot be included.
#pragma once

#include "recognize.hpp"

namespace paravane::port {

/// The edits of one statement, whose text is given. @pre it is sensitive, and spellable
std::vector<local_edit> spell_raw(const recognition& found, std::string_view text, isa set);

} // namespace paravane::port
