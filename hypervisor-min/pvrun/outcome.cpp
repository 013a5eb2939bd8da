// SPDX-License-Identifier: BSD-2-Clause
// Judges a session.
#include "pvrun/outcome.hpp"

#include "pvrun/failure.hpp"

#include <algorithm>
#include <sstream>

namespace paravane::pvrun {
namespace {

/// A guest that ended by itself with a code other than 0.
constexpr int GUEST_FAILED = 1;

std::string describe(const vm_state& vm) {
    if (vm.refused) {
        return "refused";
    }
    if (!vm.started) {
        return "never started";
    }
    if (!vm.ended) {
        return "still running";
    }
    switch (vm.kind) {
    case console::end_kind::off:
        return "ended with code " + std::to_string(vm.code);
    case console::end_kind::killed:
        return "killed";
    case console::end_kind::stopped:
        return "stopped";
    }
    return "ended in an unknown way";
}

int status_of(const vm_state& vm) {
    if (vm.refused) {
        return static_cast<int>(exit_status::refused);
    }
    if (!vm.ended) {
        return 0;
    }
    switch (vm.kind) {
    case console::end_kind::off:
        return vm.code == 0 ? 0 : GUEST_FAILED;
    case console::end_kind::stopped:
        return 0;
    case console::end_kind::killed:
        break;
    }
    return static_cast<int>(exit_status::vm_killed);
}

std::string seconds(double value) {
    std::ostringstream out;
    out << value << " s";
    return out.str();
}

} // namespace

bool all_ended(const stream_splitter& streams) {
    return std::all_of(streams.vms().begin(), streams.vms().end(),
                       [](const auto& entry) { return entry.second.ended; });
}

int judge(const session_report& report, const stream_splitter& streams, std::ostream* out) {
    int status = 0;
    for (const auto& [id, vm] : streams.vms()) {
        status = std::max(status, status_of(vm));
        if (out != nullptr) {
            *out << "pvrun: vm@" << id << " " << vm.name << ": " << describe(vm);
            if (vm.restarts != 0) {
                *out << " after " << vm.restarts << " restart" << (vm.restarts == 1 ? "" : "s");
            }
            *out << "\n";
        }
    }
    if (!streams.refusal().empty()) {
        if (out != nullptr) {
            *out << "pvrun: the hypervisor refused the image: " << streams.refusal() << "\n";
        }
        return static_cast<int>(exit_status::refused);
    }
    switch (report.how) {
    case session_end::system_ended:
    case session_end::left:
        return status;
    case session_end::timed_out:
        if (out != nullptr) {
            *out << "pvrun: timed out after " << seconds(report.timeout_seconds) << "\n";
        }
        return std::max(status, static_cast<int>(exit_status::timed_out));
    case session_end::interrupted:
        return 128 + report.signal;
    case session_end::emulator_ended:
        // A refusal powers the board off before anything else could start.
        if (status == static_cast<int>(exit_status::refused)) {
            return status;
        }
        break;
    }
    const std::string& errors = report.emulator_errors;
    const std::string line = errors.substr(0, errors.find('\n'));
    throw failure{exit_status::io_failure,
                  "QEMU ended before the system did" + (line.empty() ? "" : ": " + line)};
}

} // namespace paravane::pvrun
