// SPDX-License-Identifier: BSD-2-Clause
// One line of the hypervisor's log, put together on the stack and sent as one frame
// when it ends. Too long a line is cut.
#pragma once

#include <stdint.h>

namespace paravane {

/// Who is to blame for what a line tells.
enum class blame : uint8_t { nobody, guest, image, board, hypervisor };

/// An integer to be printed in hexadecimal.
struct hex {
    uint32_t value;
};

class log_line {
public:
    /// `vm` is its number, or 0 when the line is about no VM.
    explicit log_line(blame who, uint32_t vm = 0);
    ~log_line();
    log_line(const log_line&) = delete;
    log_line& operator=(const log_line&) = delete;

    log_line& operator<<(const char* text);
    log_line& operator<<(char c);
    log_line& operator<<(uint32_t number);
    log_line& operator<<(hex number);

private:
    static constexpr uint32_t LIMIT = 120;
    char text_[LIMIT];
    uint32_t length_{0};
};

} // namespace paravane
