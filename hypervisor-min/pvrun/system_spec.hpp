// SPDX-License-Identifier: BSD-2-Clause
// What the author of a system asks for, after every property was checked by itself:
// the .dts as C++ structs, files named but not read. vm_build.cpp makes guests of it.
#pragma once

#include "boot/system.hpp"
#include "pvrun/bytes.hpp"
#include "pvrun/source_tree.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace paravane::pvrun {

/// Where guest RAM begins unless `regions` says otherwise.
inline constexpr uint32_t DEFAULT_RAM_BASE = 0x40000000;
/// Disks of the board that the hypervisor drives.
inline constexpr size_t MAX_DRIVES = 4;

struct region_spec {
    uint32_t base;
    uint32_t size;
};

/// The words of an ELF note, as the ABI's note_descriptor has them.
struct note_spec {
    uint32_t abi_version{};
    uint32_t features[2]{};
    uint32_t flags{};
    uint32_t page{};
};

struct device_spec {
    boot::device_kind kind;
    boot::device_transport transport;
    std::string path; ///< Of the node, for messages.
    bool read_only{};
    std::optional<std::filesystem::path> file;
    uint32_t blank_bytes{};
    uint32_t link{};
    std::optional<std::filesystem::path> drive; ///< Image of a disk of the board.
    uint32_t disk{};                            ///< Its number, from 1.
    uint32_t rate{};                            ///< KiB a second; 0: no limit.
};

struct passthrough_spec {
    std::string name; ///< Of the node in the guest's tree.
    uint32_t registers;
    uint32_t size;
    uint32_t window;
    uint32_t interrupt;
    std::map<std::string, bytes> properties; ///< Copied to the guest's tree.
};

struct vm_spec {
    uint32_t id;
    std::string path; ///< "vm@1", for messages.
    std::string name;
    std::vector<region_spec> regions;
    std::filesystem::path kernel;
    std::optional<uint32_t> load_address; ///< Raw kernels.
    std::optional<uint32_t> entry_address;
    std::optional<uint32_t> link_base; ///< ELF: the address that is the start of RAM.
    std::optional<std::filesystem::path> ramdisk;
    std::string arguments;
    std::optional<note_spec> note;
    bool atags;
    uint32_t machine;
    uint32_t priority;
    uint32_t budget_us;
    uint32_t period_us;
    boot::restart_policy restart;
    uint32_t restart_max;
    bool service;   ///< Keeps no system alive.
    uint32_t peers; ///< Bit n: VM n.
    std::vector<device_spec> devices;
    std::vector<passthrough_spec> passthrough;

    uint64_t memory_bytes() const;
};

/// The board's network card as a port of a segment.
struct uplink_spec {
    uint32_t segment;
    std::string network; ///< For QEMU's -netdev, without an id.
};

struct system_spec {
    std::string file; ///< For messages.
    std::optional<uplink_spec> uplink;
    std::vector<vm_spec> vms;
};

/// Reads the tree of a .dts; throws the first fault.
system_spec read_spec(const source_node& root, const search_path& files);

} // namespace paravane::pvrun
