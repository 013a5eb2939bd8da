// SPDX-License-Identifier: BSD-2-Clause
// The code itself where it can be computed now, else ESCAPE_NEXT before the instruction;
// statement.cpp knows both again, so that a second run changes nothing.
#include "raw_spelling.hpp"

#include "census/plane.hpp"

#include <cstdio>

namespace paravane::port {
namespace {

template <typename... Values>
std::string print(const char* format, Values... values) {
    char text[48];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

/// The whole statement gives way; it stays beside the code to be read.
std::vector<local_edit> instead(const std::string& code, std::string_view text) {
    return {{0, text.size(), code + " /* " + std::string(text) + " */"}};
}

} // namespace

std::vector<local_edit> spell_raw(const recognition& found, std::string_view text, isa set) {
    const bool exact = found.literal && found.words.size() == 1;
    const std::string when{condition_of(found.ual)};
    if (set == isa::thumb) {
        if (exact && found.words[0] <= 0xffff)
            if (const auto code = plane_encode_thumb16(static_cast<uint16_t>(found.words[0])))
                return instead(print(".inst.n 0x%04x", *code), text);
        return {{0, 0, std::string(RAW_ESCAPE_THUMB) + "; "}};
    }
    if (exact)
        if (const auto code = plane_encode_arm(found.words[0]))
            return instead("svc" + when + print(" #0x%06x", *code & 0xffffff), text);
    return {{0, 0, "svc" + when + " " + std::string(RAW_ESCAPE_ARM) + "; "}};
}

} // namespace paravane::port
