// SPDX-License-Identifier: BSD-2-Clause
// Raw mode and the escape filter.
#include "pvrun/terminal.hpp"

#include <unistd.h>

namespace paravane::pvrun {
namespace {

constexpr char ESCAPE = 0x01; // Ctrl-A, as in QEMU and screen.

} // namespace

raw_terminal::raw_terminal(int descriptor) : descriptor_{descriptor} {
    if (isatty(descriptor) == 0 || tcgetattr(descriptor, &before_) != 0) {
        return;
    }
    termios raw = before_;
    cfmakeraw(&raw);
    raw.c_oflag |= OPOST;
    active_ = tcsetattr(descriptor, TCSANOW, &raw) == 0;
}

raw_terminal::~raw_terminal() {
    if (active_) {
        tcsetattr(descriptor_, TCSANOW, &before_);
    }
}

std::string escape_filter::pass(const std::string& typed) {
    std::string out;
    for (const char byte : typed) {
        if (!escaped_ && byte == ESCAPE) {
            escaped_ = true;
            continue;
        }
        if (escaped_ && byte == 'x') {
            quit_ = true;
            break;
        }
        escaped_ = false;
        out.push_back(byte);
    }
    return out;
}

} // namespace paravane::pvrun
