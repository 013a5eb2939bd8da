// SPDX-License-Identifier: BSD-2-Clause
// Child processes over posix_spawn.
#include "pvrun/child_process.hpp"

#include "pvrun/failure.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace paravane::pvrun {
namespace {

struct pipe_ends {
    int read;
    int write;
};

pipe_ends make_pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        throw failure{exit_status::io_failure,
                      std::string{"cannot make a pipe: "} + std::strerror(errno)};
    }
    return {ends[0], ends[1]};
}

int decode_status(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Appends what is there; false at the end of the stream.
bool drain(int descriptor, std::string& out) {
    char buffer[4096];
    const ssize_t got = read(descriptor, buffer, sizeof(buffer));
    if (got > 0) {
        out.append(buffer, static_cast<size_t>(got));
    }
    return got > 0 || (got < 0 && errno == EINTR);
}

} // namespace

child_process::child_process(const std::vector<std::string>& command) {
    const pipe_ends in = make_pipe();
    const pipe_ends out = make_pipe();
    const pipe_ends err = make_pipe();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.read, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.write, STDERR_FILENO);
    // Its own group: a Ctrl-C at the terminal is ours to pass on.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    std::vector<char*> arguments;
    for (const std::string& word : command) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    const int error =
        posix_spawnp(&pid_, arguments[0], &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(in.read);
    close(out.write);
    close(err.write);
    input_ = in.write;
    output_ = out.read;
    errors_ = err.read;
    if (error != 0) {
        pid_ = -1;
        close_input();
        close(output_);
        close(errors_);
        throw failure{exit_status::io_failure,
                      "cannot start " + command[0] + ": " + std::strerror(error)};
    }
}

child_process::~child_process() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        wait();
    }
    close_input();
    close(output_);
    close(errors_);
}

void child_process::close_input() {
    if (input_ >= 0) {
        close(input_);
        input_ = -1;
    }
}

void child_process::signal(int number) const {
    if (pid_ > 0) {
        kill(pid_, number);
    }
}

int child_process::wait() {
    while (pid_ > 0) {
        int status = 0;
        if (waitpid(pid_, &status, 0) == pid_) {
            status_ = decode_status(status);
            pid_ = -1;
        } else if (errno != EINTR) {
            pid_ = -1;
        }
    }
    return status_;
}

bool child_process::ends_within(unsigned milliseconds) {
    constexpr unsigned STEP = 5;
    for (unsigned waited = 0; pid_ > 0 && waited < milliseconds; waited += STEP) {
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            status_ = decode_status(status);
            pid_ = -1;
        } else {
            poll(nullptr, 0, STEP);
        }
    }
    return pid_ <= 0;
}

finished_process run_process(const std::vector<std::string>& command) {
    child_process child{command};
    child.close_input();
    finished_process out{0, {}, {}};
    pollfd watched[2] = {{child.output(), POLLIN, 0}, {child.errors(), POLLIN, 0}};
    while (watched[0].fd >= 0 || watched[1].fd >= 0) {
        if (poll(watched, 2, -1) < 0 && errno != EINTR) {
            break;
        }
        if (watched[0].revents != 0 && !drain(watched[0].fd, out.output)) {
            watched[0].fd = -1;
        }
        if (watched[1].revents != 0 && !drain(watched[1].fd, out.errors)) {
            watched[1].fd = -1;
        }
    }
    out.status = child.wait();
    return out;
}

} // namespace paravane::pvrun
