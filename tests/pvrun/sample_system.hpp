// SPDX-License-Identifier: BSD-2-Clause
// Systems made in memory for tests: small VMs that pack_image() takes without any
// check, so that a test can make them wrong in one place.
#pragma once

#include "boot/description.hpp"
#include "boot/guest_map.hpp"
#include "boot/tree.hpp"
#include "pvrun/image.hpp"
#include "pvrun/tree_writer.hpp"

#include <algorithm>
#include <cstring>

namespace paravane::pvrun::test {

inline built_vm sample_vm(uint32_t id) {
    built_vm vm{};
    vm.spec.id = id;
    vm.spec.path = "vm@" + std::to_string(id);
    vm.spec.name = "vm" + std::to_string(id);
    vm.spec.regions = {{0x40000000, 2u << 20}};
    vm.spec.machine = boot::NO_MACHINE;
    vm.spec.priority = 8;
    vm.spec.arguments = "quiet";
    vm.note.abi_version = 0x00010000;
    vm.entry = 0x40008000;
    vm.boot_parameters = 0x401ff000;
    const std::string prefix = "vm" + std::to_string(id);
    vm.loads.push_back({prefix + "-kernel-0", "kernel", 0x40008000, bytes(5000, 0xaa)});
    vm.loads.push_back({prefix + "-fdt", "flat_dt", 0x401ff000, bytes(100, 0xbb)});
    return vm;
}

/// A block device with content and a blank one, and one passed-through device.
inline built_vm rich_vm(uint32_t id) {
    built_vm vm = sample_vm(id);
    device_spec disk{};
    disk.kind = boot::device_kind::block;
    disk.transport = boot::device_transport::shared_page;
    disk.read_only = true;
    vm.spec.devices.push_back(disk);
    vm.disks.push_back(bytes(1024, 0xcc));
    device_spec console{};
    console.kind = boot::device_kind::console;
    console.transport = boot::device_transport::mmio;
    vm.spec.devices.push_back(console);
    vm.disks.emplace_back();
    vm.spec.passthrough.push_back({"rtc", 0x09010000, 0x1000, 0x09010000, 34, {}});
    vm.spec.budget_us = 100;
    vm.spec.period_us = 1000;
    vm.spec.restart = boot::restart_policy::on_failure;
    vm.spec.restart_max = 2;
    vm.spec.service = true;
    vm.spec.peers = 1u << 1;
    return vm;
}

inline image_parts parts_of(std::vector<built_vm> vms) {
    image_parts parts;
    parts.name = "test";
    parts.vms = std::move(vms);
    parts.target = &find_board("virt-a15");
    return parts;
}

/// Where the description lies in an image that pack_image() made.
struct extent {
    uint32_t offset;
    uint32_t size;
};
inline extent description_of(const bytes& image) {
    const auto node = boot::find_node(image.data(), boot::DESCRIPTION_PATH);
    extent out{};
    if (!node.cell(boot::key::DATA_POSITION, out.offset) ||
        !node.cell(boot::key::DATA_SIZE, out.size)) {
        return {0, 0};
    }
    return out;
}

/// Makes the description's digest right again after its bytes were changed.
inline void reseal(bytes& image) {
    const extent where = description_of(image);
    const auto first = image.begin() + where.offset;
    const digest hash = sha256(bytes(first, first + where.size));
    const auto value = boot::find_node(image.data(), boot::DESCRIPTION_PATH)
                           .child(boot::key::HASH_NODE)
                           .property(boot::key::VALUE);
    std::memcpy(image.data() + (value.data - image.data()), hash.data(), hash.size());
}

} // namespace paravane::pvrun::test
