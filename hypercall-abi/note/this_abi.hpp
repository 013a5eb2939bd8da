// SPDX-License-Identifier: BSD-2-Clause
// The note's layout and the version of the ABI that this tree is built with.
#pragma once

#include "note/guest_note.hpp"

#include <paravane/abi.hpp>

namespace paravane::note {

inline constexpr note_layout THIS_LAYOUT = {
    .name = abi::NOTE_NAME,
    .type = abi::NOTE_TYPE,
    .size = sizeof(abi::note_descriptor),
    .abi_version = offsetof(abi::note_descriptor, abi_version),
    .features = offsetof(abi::note_descriptor, features),
    .flags = offsetof(abi::note_descriptor, flags),
    .page = offsetof(abi::note_descriptor, page),
};

} // namespace paravane::note
