// SPDX-License-Identifier: BSD-2-Clause
// What the command line asks of pvrun. Filled by main.cpp, obeyed by command.cpp.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace paravane::pvrun {

struct options {
    std::filesystem::path source;
    std::string board = "virt-a15";
    uint32_t ram_mib = 0; ///< 0: the board's.
    bool build_only = false;
    std::filesystem::path output;
    std::filesystem::path hypervisor;          ///< Empty: looked for beside pvrun.
    std::vector<std::filesystem::path> search; ///< For files, after the source's folder.
    std::string seed;
    std::filesystem::path sign; ///< Private key, PEM.

    std::string console; ///< Name of the VM whose console is the terminal.
    std::filesystem::path log_dir;
    double timeout_seconds = 0; ///< 0: none.
    bool gdb = false;
    bool icount = false;
    std::filesystem::path trace;
    std::string qemu = "qemu-system-arm";
    std::vector<std::string> qemu_arguments;
    bool verbose = false;
    bool quiet = false;
};

/// Builds, and unless build_only runs; the exit status. Throws failure.
int run_command(const options& given);

} // namespace paravane::pvrun
