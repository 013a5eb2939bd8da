// SPDX-License-Identifier: BSD-2-Clause
// Runs a program without a shell and keeps what it prints.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace paravane::toolkit {

struct process_result {
    int status = 0;
    std::string output;
    std::string errors;
};

/// Runs arguments[0] found in PATH, stdin closed. Empty if it could not be started.
std::optional<process_result> run_process(const std::vector<std::string>& arguments);

} // namespace paravane::toolkit
