// SPDX-License-Identifier: BSD-2-Clause
// posix_spawn with two pipes read side by side, so that neither can fill up.
#include "toolkit/process.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace paravane::toolkit {
namespace {

class pipe_pair {
public:
    pipe_pair() { good_ = ::pipe2(ends_, O_CLOEXEC) == 0; }
    pipe_pair(const pipe_pair&) = delete;
    pipe_pair& operator=(const pipe_pair&) = delete;
    ~pipe_pair() {
        close_end(0);
        close_end(1);
    }
    bool good() const { return good_; }
    int read_end() const { return ends_[0]; }
    int write_end() const { return ends_[1]; }
    void close_write() { close_end(1); }

private:
    void close_end(int index) {
        if (ends_[index] >= 0) {
            ::close(ends_[index]);
            ends_[index] = -1;
        }
    }

    int ends_[2] = {-1, -1};
    bool good_ = false;
};

/// Appends what is there; false at the end.
bool drain(int fd, std::string& to) {
    char block[16384];
    const ssize_t got = ::read(fd, block, sizeof block);
    if (got > 0) {
        to.append(block, static_cast<size_t>(got));
    }
    return got > 0 || (got < 0 && errno == EINTR);
}

void collect(const pipe_pair& out, const pipe_pair& err, process_result& result) {
    pollfd fds[2] = {{out.read_end(), POLLIN, 0}, {err.read_end(), POLLIN, 0}};
    std::string* const texts[2] = {&result.output, &result.errors};
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (::poll(fds, 2, -1) < 0) {
            if (errno == EINTR) {
                continue;
            }
            return;
        }
        for (int k = 0; k < 2; ++k) {
            if (fds[k].revents != 0 && !drain(fds[k].fd, *texts[k])) {
                fds[k].fd = -1;
            }
        }
    }
}

} // namespace

std::optional<process_result> run_process(const std::vector<std::string>& arguments) {
    pipe_pair out;
    pipe_pair err;
    if (!out.good() || !err.good()) {
        return std::nullopt;
    }
    std::vector<char*> argv;
    for (const std::string& a : arguments) {
        argv.push_back(const_cast<char*>(a.c_str()));
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out.write_end(), 1);
    posix_spawn_file_actions_adddup2(&actions, err.write_end(), 2);
    pid_t child = 0;
    const int failed = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        return std::nullopt;
    }
    out.close_write();
    err.close_write();
    process_result result;
    collect(out, err, result);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
}

} // namespace paravane::toolkit
