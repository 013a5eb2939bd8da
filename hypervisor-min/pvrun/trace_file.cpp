// SPDX-License-Identifier: BSD-2-Clause
// The trace that trace_file.hpp declares.
#include "pvrun/trace_file.hpp"

#include "lib/console_frame.hpp"
#include "pvrun/failure.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <iomanip>

namespace paravane::pvrun {

using console::trace_kind;

namespace {

/// Of records that are a moment; null for what this pvrun does not know.
const char* name_of(trace_kind kind) {
    switch (kind) {
    case trace_kind::inject:
        return "inject";
    case trace_kind::fill:
        return "fill";
    case trace_kind::service:
        return "service";
    case trace_kind::idle:
        return "idle";
    case trace_kind::interrupt:
        return "interrupt";
    case trace_kind::instruction:
        return "instruction";
    case trace_kind::undefined:
        return "undefined";
    case trace_kind::reflect:
        return "reflect";
    default:
        return nullptr;
    }
}

} // namespace

trace_file::trace_file(const std::filesystem::path& file,
                       const std::map<uint32_t, std::string>& names)
    : out_{file, std::ios::trunc} {
    if (!out_) {
        throw failure{exit_status::io_failure,
                      "cannot write " + file.string() + ": " + std::strerror(errno)};
    }
    // No displayTimeUnit: Perfetto's reader took it for the unit of ts, which is always
    // the microsecond.
    out_ << "{\"traceEvents\":[";
    event('M', 0, 0, "process_name", R"(,"args":{"name":"paravane"})");
    for (const auto& [id, name] : names) {
        event('M', id, 0, "thread_name", ",\"args\":" + nlohmann::json{{"name", name}}.dump());
    }
}

trace_file::~trace_file() {
    close();
}

void trace_file::event(char phase, uint32_t vm, uint64_t nanoseconds, const std::string& name,
                       const std::string& more) {
    out_ << (first_ ? "\n" : ",\n") << R"({"name":)" << nlohmann::json(name).dump() << R"(,"ph":")"
         << phase << R"(","pid":1,"tid":)" << vm << ",\"ts\":" << nanoseconds / 1000 << '.'
         << std::setw(3) << std::setfill('0') << nanoseconds % 1000 << more << '}';
    first_ = false;
}

void trace_file::add(const std::vector<uint8_t>& records) {
    for (size_t at = 0; at + console::TRACE_RECORD_BYTES <= records.size();
         at += console::TRACE_RECORD_BYTES) {
        const auto record = console::decode_trace(records.data() + at);
        const std::string argument =
            ",\"args\":{\"argument\":" + std::to_string(record.argument) + "}";
        last_ = record.nanoseconds;
        bool& running = running_[record.vm];
        switch (record.kind) {
        case trace_kind::enter:
            if (!running) {
                event('B', record.vm, record.nanoseconds, record.argument != 0 ? "kernel" : "user");
            }
            running = true;
            break;
        case trace_kind::exit:
            if (running) {
                event('E', record.vm, record.nanoseconds, "", argument);
            }
            running = false;
            break;
        default:
            if (const char* const name = name_of(record.kind)) {
                event('i', record.vm, record.nanoseconds, name, ",\"s\":\"t\"" + argument);
            }
            break;
        }
    }
}

bool trace_file::close() {
    if (!closed_) {
        closed_ = true;
        for (const auto& [vm, running] : running_) {
            if (running) {
                event('E', vm, last_, "");
            }
        }
        out_ << "\n]}\n";
        out_.close();
    }
    return static_cast<bool>(out_);
}

} // namespace paravane::pvrun
