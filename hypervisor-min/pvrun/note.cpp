// SPDX-License-Identifier: BSD-2-Clause
// Reads the two forms of a guest's note.
#include "pvrun/note.hpp"

#include "boot/guest_map.hpp"
#include "pvrun/failure.hpp"

#include <cstring>

namespace paravane::pvrun {
namespace {

constexpr char NOTE_OWNER[] = "Paravane";
constexpr uint32_t NOTE_TYPE = 1;
constexpr size_t HEADER_BYTES = 12;
constexpr size_t DESCRIPTOR_BYTES = 32;

uint32_t word(const bytes& data, size_t at) {
    return static_cast<uint32_t>(data[at]) | static_cast<uint32_t>(data[at + 1]) << 8 |
           static_cast<uint32_t>(data[at + 2]) << 16 | static_cast<uint32_t>(data[at + 3]) << 24;
}

size_t pad(size_t size) {
    return (size + 3) & ~static_cast<size_t>(3);
}

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

note_spec take_descriptor(const bytes& section, size_t at, const std::string& context) {
    note_spec note;
    note.abi_version = word(section, at);
    note.features[0] = word(section, at + 4);
    note.features[1] = word(section, at + 8);
    note.flags = word(section, at + 12);
    note.page = word(section, at + 16);
    for (size_t i = 20; i < DESCRIPTOR_BYTES; i += 4) {
        if (word(section, at + i) != 0) {
            throw failure{exit_status::refused,
                          context + ": its ELF note uses reserved words: build it with the "
                                    "headers of this release"};
        }
    }
    return note;
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
    if (note.page % 4096 != 0 || note.page >= boot::WINDOW_FIRST) {
        node.wrong("vcpu-page", hex(note.page) + " is not a page below " + hex(boot::WINDOW_FIRST));
    }
    node.nothing_left("abi-version, features, flags, vcpu-page");
    return note;
}

note_spec read_note_bytes(const bytes& section, const std::string& context) {
    size_t at = 0;
    while (at + HEADER_BYTES <= section.size()) {
        const size_t name_size = word(section, at);
        const size_t size = word(section, at + 4);
        const uint32_t type = word(section, at + 8);
        const size_t name_at = at + HEADER_BYTES;
        if (name_size > section.size() || size > section.size() ||
            name_at + pad(name_size) + size > section.size()) {
            break;
        }
        const size_t data_at = name_at + pad(name_size);
        if (name_size == sizeof(NOTE_OWNER) && type == NOTE_TYPE && size == DESCRIPTOR_BYTES &&
            std::memcmp(section.data() + name_at, NOTE_OWNER, sizeof(NOTE_OWNER)) == 0) {
            return take_descriptor(section, data_at, context);
        }
        at = data_at + pad(size);
    }
    throw failure{exit_status::refused, context + ": its .note.paravane holds no note of type 1: "
                                                  "build it with the headers of this release"};
}

} // namespace paravane::pvrun
