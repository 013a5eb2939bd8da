// SPDX-License-Identifier: BSD-2-Clause
// What a guest needs of the ABI: from the note node of a system's source, or from
// the ELF note of a kernel, read by hypercall-abi/note.
#pragma once

#include "pvrun/system_spec.hpp"

namespace paravane::pvrun {

/// note { abi-version = "0.1"; features = "upcalls"; level1; level2; vcpu-page = <>; }
note_spec read_note_node(const source_node& node);

/// The note of an ELF kernel, if it has one; `context` leads messages.
std::optional<note_spec> read_elf_note(const bytes& file, const std::string& context);

/// Refuses (exit 12) a note of a version that this release does not serve. Features
/// are for the hypervisor to judge: boards differ.
void check_version(const note_spec& note, const std::string& context);

} // namespace paravane::pvrun
