// SPDX-License-Identifier: BSD-2-Clause
// What the end of a session means for the exit status. Pure, so that every case is
// tested without QEMU.
#pragma once

#include "pvrun/streams.hpp"

namespace paravane::pvrun {

enum class session_end : uint8_t { system_ended, emulator_ended, timed_out, interrupted, left };

struct session_report {
    session_end how;
    int signal; ///< For interrupted.
    std::string emulator_errors;
    double timeout_seconds;
};

/// Whether every VM has ended for good.
bool all_ended(const stream_splitter& streams);

/// The exit status; one line a VM and the first reason go to `out` unless it is
/// null. The gravest wins: refused, timed out, killed, then a guest's own code.
int judge(const session_report& report, const stream_splitter& streams, std::ostream* out);

} // namespace paravane::pvrun
