// SPDX-License-Identifier: BSD-2-Clause
// An independent reading of live ARM short-descriptor tables in a physical memory
// dump: what User mode reaches of whom. Shares no code with the hypervisor.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace paravane::audit {

struct range {
    uint64_t base{};
    uint64_t size{};
    bool holds(uint64_t at, uint64_t bytes) const {
        return at >= base && at - base < size && bytes <= size - (at - base);
    }
};

/// A piece of physical memory as a file holds it.
struct dump {
    range where;
    std::vector<uint8_t> bytes;
};

struct vm {
    std::string name;
    std::vector<range> memory; ///< what its guest may reach: RAM, its devices, its vCPU page
};

/// One first-level table and the DACR values under which it is walked.
struct space {
    std::string owner; ///< a VM, or "hypervisor" for the private space
    uint32_t ttbr0{};
    uint32_t dacr_kernel{};
    uint32_t dacr_user{};
};

/// What a plan file says; see README.md beside this file.
struct plan {
    std::vector<dump> dumps;
    std::vector<range> hypervisor; ///< its code, data, tables: physical
    std::vector<range> shared;     ///< pages in there that a guest shares: vCPU pages
    std::vector<vm> vms;
    std::vector<space> spaces;
};

struct finding {
    std::string what;
};

struct report {
    std::vector<finding> findings;
    uint64_t spaces{};
    uint64_t user_pages{};       ///< 4 KB pages that User mode reaches
    uint64_t privileged_pages{}; ///< that only the hypervisor does
};

/// Reads a plan; throws std::runtime_error with one line that names the place.
plan read_plan(std::istream& text, const std::string& name, const std::string& folder);

report audit(const plan& system);

} // namespace paravane::audit
