// SPDX-License-Identifier: BSD-2-Clause
// Takes the bytes of the board's UART apart: consoles to the screen and to files,
// events to the state of each VM, trace records to the trace file. No processes
// here; session.cpp feeds it.
#pragma once

#include "lib/console_frame.hpp"
#include "pvrun/trace_file.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace paravane::pvrun {

struct vm_state {
    std::string name;
    bool started{};
    bool ended{};
    bool refused{};
    console::end_kind kind{};
    uint32_t code{};
    uint32_t restarts{};
};

/// One console: lines with a prefix, or bytes as they come, and a copy in a file.
class console_sink {
public:
    console_sink(std::ostream& screen, std::string prefix, bool raw)
        : screen_{screen}, prefix_{std::move(prefix)}, raw_{raw} {}
    void log_to(const std::filesystem::path& file);
    void put(char byte);
    /// Prints a line that has no end yet.
    void flush();
    /// Nothing on the screen; the file goes on.
    void mute() { muted_ = true; }

private:
    std::ostream& screen_;
    std::string prefix_;
    bool raw_;
    bool muted_{};
    std::string line_;
    std::unique_ptr<std::ofstream> log_;
};

struct stream_options {
    std::string raw_console; ///< Name of the VM whose bytes are not prefixed.
    std::filesystem::path log_dir;
    bool quiet_log{}; ///< The hypervisor's log and the board's bytes stay off the screen.
};

class stream_splitter {
public:
    /// `names` are the VMs by number; both outlive the splitter.
    stream_splitter(std::ostream& screen, const std::map<uint32_t, std::string>& names,
                    const stream_options& how, trace_file* trace);

    void feed(const char* data, size_t size);
    void flush();

    const std::map<uint32_t, vm_state>& vms() const { return vms_; }
    bool ready() const { return ready_; }
    /// The hypervisor said that nothing is left, or refused the image.
    bool system_ended() const { return system_ended_; }
    /// Why the image was refused, else empty.
    const std::string& refusal() const { return refusal_; }

private:
    console_sink& sink_of(uint8_t stream);
    void event();
    void vm_event(console::control kind, vm_state& vm);

    std::ostream& screen_;
    stream_options how_;
    trace_file* trace_;
    console::frame_decoder decoder_;
    std::map<uint32_t, console_sink> consoles_;
    console_sink log_;
    console_sink board_;
    std::map<uint32_t, vm_state> vms_;
    std::vector<uint8_t> pending_;
    bool ready_{};
    bool system_ended_{};
    std::string refusal_;
};

} // namespace paravane::pvrun
