// SPDX-License-Identifier: BSD-2-Clause
// The demultiplexer that streams.hpp declares.
#include "pvrun/streams.hpp"

#include "pvrun/failure.hpp"

#include <cerrno>
#include <cstring>

namespace paravane::pvrun {
namespace {

using console::control;
using meaning = console::frame_decoder::meaning;

uint32_t word(const std::vector<uint8_t>& data, size_t at) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4 && at + i < data.size(); ++i) {
        value |= static_cast<uint32_t>(data[at + i]) << (8 * i);
    }
    return value;
}

} // namespace

void console_sink::log_to(const std::filesystem::path& file) {
    log_ = std::make_unique<std::ofstream>(file, std::ios::binary | std::ios::trunc);
    if (!*log_) {
        throw failure{exit_status::io_failure,
                      "cannot write " + file.string() + ": " + std::strerror(errno)};
    }
}

void console_sink::put(char byte) {
    if (log_ != nullptr) {
        log_->put(byte);
    }
    if (muted_) {
        return;
    }
    if (raw_) {
        screen_.put(byte);
        return;
    }
    if (byte == '\n') {
        screen_ << prefix_ << line_ << '\n';
        line_.clear();
    } else if (byte != '\r') {
        line_.push_back(byte);
    }
}

void console_sink::flush() {
    if (!line_.empty()) {
        screen_ << prefix_ << line_ << '\n';
        line_.clear();
    }
    screen_.flush();
    if (log_ != nullptr) {
        log_->flush();
    }
}

stream_splitter::stream_splitter(std::ostream& screen, const std::map<uint32_t, std::string>& names,
                                 const stream_options& how, trace_file* trace)
    : screen_{screen}, how_{how}, trace_{trace}, log_{screen, "hypervisor| ", false},
      board_{screen, "board| ", false} {
    for (const auto& [id, name] : names) {
        vms_[id].name = name;
        consoles_.try_emplace(id, screen, name + "| ", name == how.raw_console);
    }
    if (how.quiet_log) {
        log_.mute();
        board_.mute();
    }
    if (!how.log_dir.empty()) {
        std::error_code error;
        std::filesystem::create_directories(how.log_dir, error);
        log_.log_to(how.log_dir / "hypervisor.log");
        board_.log_to(how.log_dir / "board.log");
        for (const auto& [id, name] : names) {
            consoles_.at(id).log_to(how.log_dir / (name + ".log"));
        }
    }
}

console_sink& stream_splitter::sink_of(uint8_t stream) {
    const auto found = consoles_.find(stream);
    return stream == console::STREAM_LOG || found == consoles_.end() ? log_ : found->second;
}

void stream_splitter::feed(const char* data, size_t size) {
    for (size_t i = 0; i < size; ++i) {
        const meaning what = decoder_.feed(static_cast<uint8_t>(data[i]));
        if (what == meaning::outside) {
            board_.put(data[i]);
        }
        if (what == meaning::outside || what == meaning::header) {
            continue;
        }
        const uint8_t stream = decoder_.stream();
        if (stream <= console::MAX_VM_STREAM) {
            sink_of(stream).put(data[i]);
            continue;
        }
        pending_.push_back(static_cast<uint8_t>(data[i]));
        if (what == meaning::payload_last) {
            if (stream == console::STREAM_CONTROL) {
                event();
            } else if (stream == console::STREAM_TRACE && trace_ != nullptr) {
                trace_->add(pending_);
            }
            pending_.clear();
        }
    }
    screen_.flush();
}

void stream_splitter::event() {
    const auto kind = static_cast<control>(pending_[0]);
    const uint32_t id = pending_.size() > 1 ? pending_[1] : 0;
    const auto vm = vms_.find(id);
    if (kind == control::ready) {
        ready_ = true;
    } else if (kind == control::system_ended) {
        system_ended_ = true;
    } else if (kind == control::refused) {
        refusal_ =
            vm != vms_.end() ? "vm@" + std::to_string(id) + " " + vm->second.name + ": " : "";
        refusal_.append(pending_.begin() +
                            static_cast<ptrdiff_t>(std::min<size_t>(2, pending_.size())),
                        pending_.end());
        if (vm != vms_.end()) {
            vm->second.refused = vm->second.ended = true;
        }
        system_ended_ = true; // the hypervisor starts nothing after it
    } else if (vm != vms_.end()) {
        vm_event(kind, vm->second);
    }
}

void stream_splitter::vm_event(control kind, vm_state& vm) {
    switch (kind) {
    case control::vm_started:
        vm.started = true;
        vm.ended = false;
        break;
    case control::vm_ended:
        vm.ended = true;
        vm.kind = static_cast<console::end_kind>(pending_.size() > 2 ? pending_[2] : 0);
        vm.code = word(pending_, 3);
        consoles_.at(pending_[1]).flush();
        break;
    case control::vm_restarted:
        vm.ended = false;
        vm.restarts = pending_.size() > 2 ? pending_[2] : 0;
        break;
    default:
        break;
    }
}

void stream_splitter::flush() {
    for (auto& [id, sink] : consoles_) {
        sink.flush();
    }
    log_.flush();
    board_.flush();
}

} // namespace paravane::pvrun
