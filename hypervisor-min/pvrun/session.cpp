// SPDX-License-Identifier: BSD-2-Clause
// Runs QEMU and moves bytes between it, the screen and the keyboard until the
// system has ended. streams.cpp understands the bytes.
#include "pvrun/session.hpp"

#include "pvrun/child_process.hpp"
#include "pvrun/failure.hpp"
#include "pvrun/outcome.hpp"
#include "pvrun/streams.hpp"
#include "pvrun/terminal.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace paravane::pvrun {
namespace {

using steady = std::chrono::steady_clock;
constexpr size_t CHUNK = 16384;

/// QEMU fills its virtio-mmio slots in the order of the options.
void add_drive(std::vector<std::string>& out, const device_spec& device) {
    std::string path;
    for (const char c : device.drive->string()) {
        path += c == ',' ? ",," : std::string{c};
    }
    const std::string id = "paravane" + std::to_string(device.disk);
    out.insert(
        out.end(),
        {"-drive",
         "if=none,format=raw,id=" + id + ",file=" + path + (device.read_only ? ",readonly=on" : ""),
         "-device", "virtio-blk-device,drive=" + id, "-global", "virtio-mmio.force-legacy=false"});
}

std::vector<std::string> qemu_command(const options& given, const board& target,
                                      const image_parts& parts, const std::filesystem::path& image,
                                      const std::filesystem::path& hypervisor) {
    std::vector<std::string> out{given.qemu};
    out.insert(out.end(), target.qemu.begin(), target.qemu.end());
    const uint32_t ram = given.ram_mib != 0 ? given.ram_mib : target.ram_mib;
    out.insert(out.end(), {"-m", std::to_string(ram) + "M", "-kernel", hypervisor.string(),
                           "-initrd", image.string(), "-display", "none", "-monitor", "none",
                           "-serial", "stdio", "-no-reboot"});
    if (target.own_tree) {
        out.insert(out.end(), {"-dtb", (hypervisor.parent_path() / "board.dtb").string()});
    }
    std::string append = given.verbose ? "debug" : "";
    append += given.trace.empty() ? "" : append.empty() ? "trace" : " trace";
    if (!append.empty()) {
        out.insert(out.end(), {"-append", append});
    }
    if (given.icount) {
        out.insert(out.end(), {"-icount", "shift=0,sleep=off", "-seed", "1", "-rtc",
                               "base=2024-01-01,clock=vm"});
    }
    if (given.gdb) {
        out.insert(out.end(), {"-s", "-S"});
    }
    for (const built_vm& vm : parts.vms) {
        for (const device_spec& device : vm.spec.devices) {
            if (device.drive) {
                add_drive(out, device);
            }
        }
    }
    if (parts.uplink) {
        out.insert(out.end(), {"-netdev", parts.uplink->network + ",id=uplink", "-device",
                               "virtio-net-device,netdev=uplink", "-global",
                               "virtio-mmio.force-legacy=false"});
    }
    out.insert(out.end(), given.qemu_arguments.begin(), given.qemu_arguments.end());
    return out;
}

/// SIGINT and SIGTERM as something to poll.
class caught_signals {
public:
    caught_signals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGINT);
        sigaddset(&set_, SIGTERM);
        sigprocmask(SIG_BLOCK, &set_, &before_);
        descriptor_ = signalfd(-1, &set_, SFD_CLOEXEC);
    }
    ~caught_signals() {
        close(descriptor_);
        sigprocmask(SIG_SETMASK, &before_, nullptr);
    }
    caught_signals(const caught_signals&) = delete;
    caught_signals& operator=(const caught_signals&) = delete;
    int descriptor() const { return descriptor_; }
    int take() const {
        signalfd_siginfo info{};
        return read(descriptor_, &info, sizeof(info)) == sizeof(info)
                   ? static_cast<int>(info.ssi_signo)
                   : 0;
    }

private:
    sigset_t set_{};
    sigset_t before_{};
    int descriptor_;
};

class session {
public:
    session(const options& given, child_process& qemu, stream_splitter& streams,
            uint8_t console_stream)
        : given_{given}, qemu_{qemu}, streams_{streams}, console_stream_{console_stream},
          terminal_{console_stream != 0 ? STDIN_FILENO : -1}, started_{steady::now()} {
        fcntl(qemu.input(), F_SETFL, O_NONBLOCK);
    }

    /// Moves bytes until the end; how it came to it.
    session_end run() {
        keyboard_open_ = console_stream_ != 0;
        for (;;) {
            pollfd watched[5] = {
                {qemu_.output(), POLLIN, 0},
                {errors_open_ ? qemu_.errors() : -1, POLLIN, 0},
                {signals_.descriptor(), POLLIN, 0},
                {keyboard_open_ ? STDIN_FILENO : -1, POLLIN, 0},
                {to_board_.empty() ? -1 : qemu_.input(), POLLOUT, 0},
            };
            const int left = milliseconds_left();
            const int ready = poll(watched, 5, left);
            if (ready < 0 && errno != EINTR) {
                throw failure{exit_status::io_failure,
                              std::string{"cannot wait for QEMU: "} + std::strerror(errno)};
            }
            if (watched[2].revents != 0) {
                signal_ = signals_.take();
                return session_end::interrupted;
            }
            if (watched[1].revents != 0) {
                errors_open_ = read_errors();
            }
            if (watched[0].revents != 0 && !read_board()) {
                return session_end::emulator_ended;
            }
            if (streams_.system_ended() || all_ended(streams_)) {
                return session_end::system_ended;
            }
            if (watched[3].revents != 0) {
                read_keyboard();
            }
            if (escape_.quit()) {
                return session_end::left;
            }
            if (watched[4].revents != 0) {
                write_board();
            }
            if (left == 0 && ready == 0) {
                return session_end::timed_out;
            }
        }
    }

    const std::string& errors() const { return errors_; }
    int signal_number() const { return signal_; }

private:
    /// -1 waits for ever.
    int milliseconds_left() const {
        if (given_.timeout_seconds <= 0) {
            return -1;
        }
        const auto until = started_ + std::chrono::duration_cast<steady::duration>(
                                          std::chrono::duration<double>(given_.timeout_seconds));
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - steady::now()).count();
        return left > 0 ? static_cast<int>(std::min<int64_t>(left, 1'000'000)) : 0;
    }

    bool read_board() {
        char buffer[CHUNK];
        const ssize_t got = read(qemu_.output(), buffer, sizeof(buffer));
        if (got > 0) {
            streams_.feed(buffer, static_cast<size_t>(got));
        }
        return got > 0;
    }

    bool read_errors() {
        char buffer[CHUNK];
        const ssize_t got = read(qemu_.errors(), buffer, sizeof(buffer));
        if (got > 0) {
            errors_.append(buffer, static_cast<size_t>(got));
        }
        return got > 0;
    }

    void read_keyboard() {
        char buffer[CHUNK];
        const ssize_t got = read(STDIN_FILENO, buffer, sizeof(buffer));
        if (got <= 0) {
            keyboard_open_ = false;
            return;
        }
        std::string typed{buffer, static_cast<size_t>(got)};
        if (terminal_.active()) {
            typed = escape_.pass(typed);
        }
        console::encode(console_stream_, reinterpret_cast<const uint8_t*>(typed.data()),
                        static_cast<uint32_t>(typed.size()),
                        [&](uint8_t byte) { to_board_.push_back(static_cast<char>(byte)); });
    }

    void write_board() {
        const ssize_t sent = write(qemu_.input(), to_board_.data(), to_board_.size());
        if (sent > 0) {
            to_board_.erase(0, static_cast<size_t>(sent));
        } else if (errno != EAGAIN && errno != EINTR) {
            to_board_.clear();
        }
    }

    const options& given_;
    child_process& qemu_;
    stream_splitter& streams_;
    const uint8_t console_stream_;
    const caught_signals signals_;
    const raw_terminal terminal_;
    const steady::time_point started_;
    escape_filter escape_;
    std::string to_board_;
    std::string errors_;
    bool errors_open_{true};
    bool keyboard_open_{};
    int signal_{};
};

uint8_t stream_of(const std::string& console, const std::map<uint32_t, std::string>& names) {
    if (console.empty()) {
        return 0;
    }
    std::string known;
    for (const auto& [id, name] : names) {
        if (name == console) {
            return static_cast<uint8_t>(id);
        }
        known += (known.empty() ? "" : ", ") + name;
    }
    throw failure{exit_status::usage,
                  "--console " + console + ": no VM has that label: there are " + known};
}

} // namespace

int run_session(const options& given, const board& target, const image_parts& parts,
                const std::filesystem::path& image, const std::filesystem::path& hypervisor) {
    std::map<uint32_t, std::string> names;
    for (const built_vm& vm : parts.vms) {
        names[vm.spec.id] = vm.spec.name;
    }
    const uint8_t console_stream = stream_of(given.console, names);
    std::unique_ptr<trace_file> trace;
    if (!given.trace.empty()) {
        trace = std::make_unique<trace_file>(given.trace, names);
    }
    stream_splitter streams{
        std::cout, names, {given.console, given.log_dir, given.quiet}, trace.get()};
    std::signal(SIGPIPE, SIG_IGN);
    child_process qemu{qemu_command(given, target, parts, image, hypervisor)};
    if (given.gdb) {
        std::cerr << "pvrun: QEMU waits: gdb-multiarch -ex 'target remote :1234'\n";
    }
    session running{given, qemu, streams, console_stream};
    const session_end end = running.run();
    streams.flush();
    qemu.signal(SIGTERM);
    // QEMU's plugins write what they counted when it ends; the destructor would kill it.
    qemu.ends_within(5000);
    if (trace != nullptr && !trace->close()) {
        throw failure{exit_status::io_failure, "cannot write " + given.trace.string()};
    }
    return judge({end, running.signal_number(), running.errors(), given.timeout_seconds}, streams,
                 given.quiet ? nullptr : &std::cerr);
}

} // namespace paravane::pvrun
