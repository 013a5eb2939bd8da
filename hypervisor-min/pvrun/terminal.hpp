// SPDX-License-Identifier: BSD-2-Clause
// The terminal of an interactive console: raw while it lives, and the escape that
// leaves it. Used by session.cpp.
#pragma once

#include <string>
#include <termios.h>

namespace paravane::pvrun {

/// Puts a terminal into raw mode; does nothing to anything else.
class raw_terminal {
public:
    explicit raw_terminal(int descriptor);
    ~raw_terminal();
    raw_terminal(const raw_terminal&) = delete;
    raw_terminal& operator=(const raw_terminal&) = delete;
    bool active() const { return active_; }

private:
    int descriptor_;
    bool active_{};
    termios before_{};
};

/// Ctrl-A x leaves, Ctrl-A Ctrl-A sends one Ctrl-A, everything else goes through.
class escape_filter {
public:
    /// What of `typed` the guest gets; sets quit().
    std::string pass(const std::string& typed);
    bool quit() const { return quit_; }

private:
    bool escaped_{};
    bool quit_{};
};

} // namespace paravane::pvrun
