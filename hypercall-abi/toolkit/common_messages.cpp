// SPDX-License-Identifier: BSD-2-Clause
// Rows of the messages that come from the toolkit itself.
#include "toolkit/common_messages.hpp"

namespace paravane::toolkit {

message_table common_messages() {
    static constexpr message_row ROWS[] = {
        {"USAGE", "The command line does not say what the tool can do.",
         "Read the tool's --help; each verb has one of its own."},
        {"IO", "A file or folder could not be read or written, or a program not be started.",
         "Check that the path exists and that you may use it."},
    };
    return {"Common", ROWS};
}

} // namespace paravane::toolkit
