// SPDX-License-Identifier: BSD-2-Clause
// Reads virtual devices and passed-through ones from a VM's node.
#include "pvrun/device_spec.hpp"

#include "boot/guest_map.hpp"
#include "pvrun/failure.hpp"

namespace paravane::pvrun {
namespace {

using boot::device_kind;
using boot::device_transport;

constexpr uint32_t MIB = 1u << 20;
constexpr uint32_t BLANK_MAX_MIB = 1024;

struct kind_name {
    const char* name;
    device_kind kind;
    const char* properties;
};

constexpr kind_name KINDS[] = {
    {"console", device_kind::console, "transport, rate-kib-per-s"},
    {"block", device_kind::block, "transport, rate-kib-per-s, file, size-mib, drive, read-only"},
    {"net", device_kind::net, "transport, rate-kib-per-s, segment"},
    {"entropy", device_kind::entropy, "transport, rate-kib-per-s"},
    {"vsock", device_kind::vsock, "transport, rate-kib-per-s, cid"},
    {"balloon", device_kind::balloon, "transport, rate-kib-per-s, target-kib"},
};

const kind_name& kind_of(const source_node& node) {
    for (const kind_name& entry : KINDS) {
        if (node.stem() == entry.name) {
            return entry;
        }
    }
    throw failure{exit_status::bad_input,
                  node.path() +
                      ": is no device: known are console, block, net, entropy, vsock and balloon"};
}

device_transport transport_of(const source_node& node) {
    const std::string name = node.text("transport").value_or("mmio");
    if (name == "mmio") {
        return device_transport::mmio;
    }
    if (name == "page") {
        return device_transport::shared_page;
    }
    node.wrong("transport", "\"" + name + "\" is unknown: give \"mmio\" or \"page\"");
}

void read_block(const source_node& node, const search_path& files, device_spec& device) {
    if (node.has("file") + node.has("size-mib") + node.has("drive") != 1) {
        throw failure{exit_status::bad_input, node.path() + ": give either file = \"...\", "
                                                            "drive = \"...\" or size-mib = <MiB>"};
    }
    if (const auto drive = node.text("drive")) {
        device.drive = files.find(*drive);
    }
    if (const auto file = node.text("file")) {
        device.file = files.find(*file);
    }
    device.blank_bytes = node.number("size-mib", 0, 1, BLANK_MAX_MIB) * MIB;
    device.read_only = node.flag("read-only");
}

device_spec read_device(const source_node& node, const search_path& files) {
    const kind_name& entry = kind_of(node);
    device_spec device{};
    device.kind = entry.kind;
    device.transport = transport_of(node);
    device.path = node.path();
    device.rate = node.number("rate-kib-per-s", 0, 1, UINT32_MAX / 1024);
    if (entry.kind == device_kind::block) {
        read_block(node, files, device);
    } else if (entry.kind == device_kind::net) {
        device.link = node.number("segment", 1, 1, boot::MAX_SEGMENTS - 1);
    } else if (entry.kind == device_kind::vsock) {
        // 0 to 2 have a meaning of their own (virtio 1.2, 5.10.4).
        device.link = node.number("cid", 3, 3, UINT32_MAX - 1);
    } else if (entry.kind == device_kind::balloon) {
        device.link = node.number("target-kib", 0, 0, UINT32_MAX / 1024) / 4;
    }
    node.nothing_left(entry.properties);
    for (const source_node* child : node.children()) {
        throw failure{exit_status::bad_input, child->path() + ": devices have no nodes inside"};
    }
    return device;
}

} // namespace

std::vector<device_spec> read_devices(const source_node& node, const search_path& files) {
    std::vector<device_spec> out;
    for (const source_node* child : node.children()) {
        out.push_back(read_device(*child, files));
    }
    if (out.size() > boot::MAX_DEVICES) {
        throw failure{exit_status::bad_input,
                      node.path() + ": " + std::to_string(out.size()) + " devices: at most " +
                          std::to_string(boot::MAX_DEVICES) + " are served"};
    }
    node.cells("#address-cells");
    node.cells("#size-cells");
    node.nothing_left("#address-cells, #size-cells");
    return out;
}

std::vector<passthrough_spec> read_passthrough(const source_node& node) {
    std::vector<passthrough_spec> out;
    for (const source_node* child : node.children()) {
        const auto reg = child->cells("reg");
        if (reg.size() != 2 || reg[0] % 4096 != 0 || reg[1] == 0 || reg[1] % 4096 != 0) {
            child->wrong("reg", "is not <address size> in whole pages of 0x1000");
        }
        passthrough_spec device{};
        device.name = child->stem();
        device.registers = reg[0];
        device.size = reg[1];
        device.window = child->cell_or("guest-address", reg[0]);
        device.interrupt = child->number("interrupts", 0, 32, 1019);
        for (const auto& [name, value] : child->all()) {
            if (name != "reg" && name != "guest-address" && name != "interrupts" &&
                name != "phandle") {
                device.properties[name] = value;
            }
        }
        if (device.properties.count("compatible") == 0) {
            throw failure{exit_status::bad_input,
                          child->path() + ": compatible is missing: copy it from the board's tree"};
        }
        out.push_back(std::move(device));
    }
    if (out.size() > boot::MAX_PASSTHROUGH) {
        throw failure{exit_status::bad_input, node.path() + ": at most " +
                                                  std::to_string(boot::MAX_PASSTHROUGH) +
                                                  " devices can be passed through"};
    }
    node.cells("#address-cells");
    node.cells("#size-cells");
    node.nothing_left("#address-cells, #size-cells");
    return out;
}

} // namespace paravane::pvrun
