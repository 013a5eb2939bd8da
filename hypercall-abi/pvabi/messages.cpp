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
        {"WAIVER_EXPIRED", "A waiver's version has come: it covers nothing any more.",
         "Remove it together with what it excused, or decide again and set a later 'until'."},
        {"WAIVER_UNUSED", "A waiver names a rule and an item for which nothing was found.",
         "Remove it."},
        {"WAIVER_UNKNOWN", "A waiver names a rule that does not exist.",
         "Correct the id; this page lists all rules."},
    };
    return {"pvabi", ROWS};
}

} // namespace paravane::pvabi
