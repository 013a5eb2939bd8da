// SPDX-License-Identifier: BSD-2-Clause
// Texts made from an option table: help, man page (roff), bash completion, page
// of messages. Each function returns the whole text.
#pragma once

#include "toolkit/option_table.hpp"

namespace paravane::toolkit {

/// Help of the tool, or of one verb.
std::string help_page(const tool& t);
std::string help_page(const tool& t, const verb& v);

/// Manual page in section 1.
std::string man_page(const tool& t);

/// Completion for bash 4 and later; needs no other package.
std::string bash_completion(const tool& t);

/// Markdown: one entry per message id.
std::string message_page(const tool& t);

/// `pvabi check [options] FILE`.
std::string synopsis(const tool& t, const verb& v);

/// `-o, --option ARGUMENT`.
std::string spelling(const option& o);

/// An option's documentation with its choices and fallback.
std::string explanation(const option& o);

/// Breaks text at blanks so that no line is wider than `width`.
std::vector<std::string> wrap(std::string_view text, size_t width);

} // namespace paravane::toolkit
