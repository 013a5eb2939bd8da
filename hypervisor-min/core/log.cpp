// SPDX-License-Identifier: BSD-2-Clause
// Log lines; see log.hpp. They leave through core/console.hpp, stream 0.
#include "core/log.hpp"

#include "core/console.hpp"

namespace paravane {

namespace {
constexpr const char* PREFIX[] = {"", "guest: ", "image: ", "board: ", "bug: "};
}

log_line::log_line(blame who, uint32_t vm) : line{console::STREAM_LOG} {
    if (vm != 0) {
        *this << "vm " << vm << ": ";
    }
    *this << PREFIX[static_cast<uint32_t>(who)];
}

line::~line() {
    text_[length_++] = '\n';
    console::write(stream_, reinterpret_cast<const uint8_t*>(text_), length_);
}

line& line::operator<<(char c) {
    if (length_ < LIMIT - 1) {
        text_[length_++] = c;
    }
    return *this;
}

line& line::operator<<(const char* text) {
    while (*text != '\0') {
        *this << *text++;
    }
    return *this;
}

line& line::operator<<(uint32_t number) {
    char digits[10];
    uint32_t count = 0;
    do {
        // A tenth without the library's division.
        const uint32_t rest = static_cast<uint32_t>((number * 0xcccccccdull) >> 32) >> 3;
        digits[count++] = static_cast<char>('0' + (number - rest * 10));
        number = rest;
    } while (number != 0);
    while (count != 0) {
        *this << digits[--count];
    }
    return *this;
}

line& line::operator<<(hex number) {
    *this << "0x";
    for (uint32_t shift = 32; shift != 0; shift -= 4) {
        *this << "0123456789abcdef"[(number.value >> (shift - 4)) & 0xf];
    }
    return *this;
}

line& line::operator<<(words several) {
    for (; *several.text != '\0'; ++several.text) {
        if (*several.text == '%') {
            *this << hex{*several.values++};
        } else {
            *this << *several.text;
        }
    }
    return *this;
}

} // namespace paravane
