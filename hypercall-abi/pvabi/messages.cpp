// SPDX-License-Identifier: BSD-2-Clause
// Rows of the messages that pvabi's verbs print themselves.
#include "pvabi/verbs.hpp"

namespace paravane::pvabi {

toolkit::message_table own_messages() {
    static constexpr toolkit::message_row ROWS[] = {
        {"BASELINE", "The older description to compare with cannot be had.",
         "Give a file in TOML or JSON, or a revision that git knows and that holds the file; a "
         "shallow clone lacks older revisions."},
        {"NOTE", "The file has no usable note of a Paravane guest.",
         "Link the note into the kernel; a raw image has none and never will."},
        {"NOTE_UNSERVED", "The guest needs what this ABI does not offer.",
         "Use a hypervisor of a fitting version, or build the guest for this one."},
    };
    return {"pvabi", ROWS};
}

} // namespace paravane::pvabi
