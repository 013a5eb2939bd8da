// SPDX-License-Identifier: BSD-2-Clause
// Runs another program: to its end with its output collected (dtc), or beside us
// with pipes (QEMU, see session.cpp).
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace paravane::pvrun {

struct finished_process {
    int status; ///< Exit status; 128 + signal; 127 when it could not be started.
    std::string output;
    std::string errors;
};

finished_process run_process(const std::vector<std::string>& command);

/// A running child with pipes to its standard streams. Killed when it is dropped.
class child_process {
public:
    explicit child_process(const std::vector<std::string>& command);
    ~child_process();
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    int input() const { return input_; }
    int output() const { return output_; }
    int errors() const { return errors_; }
    void close_input();
    void signal(int number) const;
    /// Waits for its end; the status as in finished_process.
    int wait();
    /// Gives it so long to end by itself; false when it still runs.
    bool ends_within(unsigned milliseconds);

private:
    pid_t pid_{-1};
    int input_{-1};
    int output_{-1};
    int errors_{-1};
    int status_{-1};
};

} // namespace paravane::pvrun
