// SPDX-License-Identifier: BSD-2-Clause
// The ELF note by which a guest says what it needs: found in a file by libelf,
// compared with what an ABI serves. Used by pvabi note and by pvrun; the layout
// comes from this_abi.hpp or from a description.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paravane::note {

/// Where the words of the descriptor stand, and which note it is.
struct note_layout {
    std::string_view name;
    uint32_t type = 0;
    uint32_t size = 0;
    uint32_t abi_version = 0;
    uint32_t features = 0;
    uint32_t flags = 0;
    uint32_t page = 0;
};

/// What the guest states; `version` is major << 24 | minor << 16 | patch.
struct guest_note {
    uint32_t version = 0;
    uint32_t features[2] = {0, 0};
    uint32_t flags = 0;
    uint32_t page = 0;
};

/// Either the note, or why there is none. `absent` tells a sound ELF file without a note
/// from a file that cannot be used.
struct note_reading {
    std::optional<guest_note> note;
    std::string problem;
    bool absent = false;
};

/// Reads a whole ELF file in memory: 32-bit little-endian ARM with exactly one such note.
note_reading read_guest_note(std::string_view image, const note_layout& layout);

/// What a hypervisor offers: its version, the feature and flag bits that it knows.
struct served_abi {
    uint32_t version = 0;
    uint32_t features[2] = {0, 0};
    uint32_t flags = 0;
};

/// Why the guest cannot be served; empty if it can.
std::vector<std::string> unserved(const guest_note& note, const served_abi& abi);

/// Whether a guest built for one version runs on another: from 1.0 on on every later minor
/// of its major, before that on later patches of its minor only.
bool serves(uint32_t hypervisor_version, uint32_t guest_version);

/// `major.minor.patch` of a version word.
std::string version_text(uint32_t word);

} // namespace paravane::note
