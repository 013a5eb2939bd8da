// SPDX-License-Identifier: BSD-2-Clause
// POSIX half of file.hpp.
#include "toolkit/file.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace paravane::toolkit {
namespace {

std::error_code last_error() {
    return {errno, std::generic_category()};
}

class descriptor {
public:
    explicit descriptor(int fd) : fd_(fd) {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    int get() const { return fd_; }
    int close() {
        const int result = ::close(fd_);
        fd_ = -1;
        return result;
    }

private:
    int fd_;
};

std::error_code write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return last_error();
        }
        content.remove_prefix(static_cast<size_t>(written));
    }
    return {};
}

mode_t mode_for(const std::filesystem::path& path) {
    struct stat old{};
    if (::stat(path.c_str(), &old) == 0) {
        return old.st_mode & 07777;
    }
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

std::error_code fill(descriptor& file, mode_t mode, std::string_view content) {
    if (const std::error_code error = write_all(file.get(), content)) {
        return error;
    }
    if (::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0 || file.close() != 0) {
        return last_error();
    }
    return {};
}

} // namespace

std::string read_file(const std::filesystem::path& path, std::error_code& error) {
    error.clear();
    const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        error = last_error();
        return {};
    }
    std::string content;
    char block[65536];
    for (;;) {
        const ssize_t got = ::read(file.get(), block, sizeof block);
        if (got == 0) {
            return content;
        }
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            error = last_error();
            return {};
        }
        content.append(block, static_cast<size_t>(got));
    }
}

std::error_code write_file_atomic(const std::filesystem::path& path, std::string_view content) {
    std::string temporary = path.string() + ".XXXXXX";
    descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (file.get() < 0) {
        return last_error();
    }
    std::error_code error = fill(file, mode_for(path), content);
    if (!error && ::rename(temporary.c_str(), path.c_str()) != 0) {
        error = last_error();
    }
    if (error) {
        ::unlink(temporary.c_str());
    }
    return error;
}

std::error_code write_file_if_changed(const std::filesystem::path& path, std::string_view content) {
    std::error_code unreadable;
    const std::string old = read_file(path, unreadable);
    if (!unreadable && old == content) {
        return {};
    }
    return write_file_atomic(path, content);
}

} // namespace paravane::toolkit
