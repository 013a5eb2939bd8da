// SPDX-License-Identifier: BSD-2-Clause
// Writes the hypervisor's trace records as a JSON trace that Perfetto and
// chrome://tracing open: one thread a VM, running spans, and instants for the rest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace paravane::pvrun {

class trace_file {
public:
    trace_file(const std::filesystem::path& file, const std::map<uint32_t, std::string>& names);
    ~trace_file();
    trace_file(const trace_file&) = delete;
    trace_file& operator=(const trace_file&) = delete;

    /// The payload of one frame: whole records; a rest is dropped.
    void add(const std::vector<uint8_t>& records);
    /// Closes what is open and the file; false when it could not be written.
    bool close();

private:
    void event(char phase, uint32_t vm, uint64_t nanoseconds, const std::string& name,
               const std::string& more = "");

    std::ofstream out_;
    bool first_{true};
    bool closed_{};
    std::map<uint32_t, bool> running_;
    uint64_t last_{};
};

} // namespace paravane::pvrun
