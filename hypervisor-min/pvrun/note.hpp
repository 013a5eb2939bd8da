// SPDX-License-Identifier: BSD-2-Clause
// What a guest needs of the ABI: from the note node of a system's source, or from
// the ELF note of a kernel (elf_kernel.cpp hands in its bytes).
#pragma once

#include "pvrun/system_spec.hpp"

namespace paravane::pvrun {

/// note { abi-version = "0.1"; features = "upcalls"; level1; level2; vcpu-page = <>; }
note_spec read_note_node(const source_node& node);

/// Takes the contents of .note.paravane apart; `context` leads the message.
note_spec read_note_bytes(const bytes& section, const std::string& context);

} // namespace paravane::pvrun
