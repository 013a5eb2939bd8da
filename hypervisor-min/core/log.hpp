// SPDX-License-Identifier: BSD-2-Clause
// One line of text, put together on the stack and sent as one frame when it ends: of
// the hypervisor's log, or of another stream. Too long a line is cut.
#pragma once

#include <stdint.h>

namespace paravane {

/// Who is to blame for what a line tells.
enum class blame : uint8_t { nobody, guest, image, board, hypervisor };

/// An integer to be printed in hexadecimal.
struct hex {
    uint32_t value;
};

/// A text in which each % stands for the next value, in hexadecimal.
struct words {
    const char* text;
    const uint32_t* values;
};

class line {
public:
    explicit line(uint8_t stream) : stream_{stream} {}
    ~line();
    line(const line&) = delete;
    line& operator=(const line&) = delete;

    line& operator<<(const char* text);
    line& operator<<(char c);
    line& operator<<(uint32_t number);
    line& operator<<(hex number);
    line& operator<<(words several);

private:
    static constexpr uint32_t LIMIT = 240;
    char text_[LIMIT];
    uint32_t length_{0};
    uint8_t stream_;
};

class log_line : public line {
public:
    /// `vm` is its number, or 0 when the line is about no VM.
    explicit log_line(blame who, uint32_t vm = 0);
};

} // namespace paravane
