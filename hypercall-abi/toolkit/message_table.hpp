// SPDX-License-Identifier: BSD-2-Clause
// Every id that a diagnostic can carry has one row: what it means and what to do.
// `--explain ID` and the page of messages are printed from it.
#pragma once

#include <span>
#include <string_view>

namespace paravane::toolkit {

struct message_row {
    std::string_view id;
    std::string_view meaning;
    std::string_view cure;
};

/// The rows of one library, under a heading.
struct message_table {
    std::string_view title;
    std::span<const message_row> rows;
};

} // namespace paravane::toolkit
