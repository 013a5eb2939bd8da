// SPDX-License-Identifier: BSD-2-Clause
// Reads the two forms of a guest's note.
#include "pvrun/note.hpp"

#include "boot/guest_map.hpp"
#include "note/this_abi.hpp"
#include "pvrun/failure.hpp"

#include <cstdio>

namespace paravane::pvrun {
namespace {

/// "0.1" or "1.2.3" as the version call answers it.
uint32_t parse_version(const source_node& node, const std::string& text) {
    unsigned part[3] = {0, 0, 0};
    int used = 0;
    const int got =
        std::sscanf(text.c_str(), "%3u.%3u%n.%5u%n", &part[0], &part[1], &used, &part[2], &used);
    if (got < 2 || static_cast<size_t>(used) != text.size() || part[0] > 255 || part[1] > 255 ||
        part[2] > 65535) {
        node.wrong("abi-version", "\"" + text + "\" is no version: give \"major.minor\"");
    }
    return part[0] << 24 | part[1] << 16 | part[2];
}

} // namespace

note_spec read_note_node(const source_node& node) {
    note_spec note;
    const auto version = node.text("abi-version");
    if (!version) {
        throw failure{exit_status::bad_input,
                      node.path() + ": abi-version is missing: give \"major.minor\""};
    }
    note.abi_version = parse_version(node, *version);
    const auto features = node.cells("features");
    if (features.size() > 2) {
        node.wrong("features", "is more than two words of bits");
    }
    for (size_t i = 0; i < features.size(); ++i) {
        note.features[i] = features[i];
    }
    note.flags = node.cell_or("flags", 0);
    note.page = node.cell_or("vcpu-page", 0);
    if (note.page % 4096 != 0 || note.page >= abi::HYPERVISOR_WINDOW) {
        node.wrong("vcpu-page",
                   hex(note.page) + " is not a page below " + hex(abi::HYPERVISOR_WINDOW));
    }
    node.nothing_left("abi-version, features, flags, vcpu-page");
    return note;
}

std::optional<note_spec> read_elf_note(const bytes& file, const std::string& context) {
    const std::string_view image{reinterpret_cast<const char*>(file.data()), file.size()};
    const note::note_reading reading = note::read_guest_note(image, note::THIS_LAYOUT);
    if (reading.absent) {
        return std::nullopt;
    }
    if (!reading.note) {
        throw failure{exit_status::refused, context + ": " + reading.problem};
    }
    note_spec out;
    out.abi_version = reading.note->version;
    out.features[0] = reading.note->features[0];
    out.features[1] = reading.note->features[1];
    out.flags = reading.note->flags;
    out.page = reading.note->page;
    return out;
}

void check_version(const note_spec& note, const std::string& context) {
    if (!note::serves(abi::VERSION, note.abi_version)) {
        throw failure{exit_status::refused, context + ": is built for ABI " +
                                                note::version_text(note.abi_version) +
                                                ", served is " + abi::VERSION_STRING +
                                                ": build it for that, or use another release"};
    }
}

} // namespace paravane::pvrun
