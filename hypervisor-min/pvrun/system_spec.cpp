// SPDX-License-Identifier: BSD-2-Clause
// Reads a system's tree into system_spec. Each message names the node, the
// property and the cure. Devices stand in device_spec.cpp.
#include "pvrun/system_spec.hpp"

#include "boot/guest_map.hpp"
#include "pvrun/device_spec.hpp"
#include "pvrun/failure.hpp"
#include "pvrun/note.hpp"

#include <algorithm>

namespace paravane::pvrun {
namespace {

constexpr uint32_t MIB = 1u << 20;
constexpr uint32_t MEMORY_MAX_MIB = 2048;
constexpr uint32_t PERIOD_MAX_US = 10'000'000;
constexpr uint32_t DEFAULT_PERIOD_US = 10'000;
constexpr uint32_t DEFAULT_RESTARTS = 3;
constexpr char VM_PROPERTIES[] =
    "label, memory, regions, kernel, load-address, entry-address, link-base, ramdisk, arguments, "
    "boot, machine, priority, budget-us, period-us, vcpus, restart, restart-max, service, peers";

[[noreturn]] void bad(const std::string& line) {
    throw failure{exit_status::bad_input, line};
}

std::vector<region_spec> read_regions(const source_node& node) {
    if (node.has("memory") == node.has("regions")) {
        bad(node.path() + ": give either memory = <MiB> or regions = <base size ...>");
    }
    if (node.has("memory")) {
        return {{DEFAULT_RAM_BASE, node.number("memory", 0, 1, MEMORY_MAX_MIB - 1) * MIB}};
    }
    const auto cells = node.cells("regions");
    if (cells.size() % 2 != 0 || cells.size() / 2 > boot::MAX_REGIONS) {
        node.wrong("regions",
                   "is not 1 to " + std::to_string(boot::MAX_REGIONS) + " pairs of base and size");
    }
    std::vector<region_spec> out;
    for (size_t i = 0; i < cells.size(); i += 2) {
        const uint32_t base = cells[i];
        const uint32_t size = cells[i + 1];
        if (size == 0 || base % MIB != 0 || size % MIB != 0 ||
            static_cast<uint64_t>(base) + size > (1ull << 32)) {
            node.wrong("regions", hex(base) + " of " + amount(size) +
                                      " is not whole MiB below 4 GiB: align both to 0x100000");
        }
        out.push_back({base, size});
    }
    return out;
}

void read_kernel(const source_node& node, const search_path& files, vm_spec& vm) {
    const auto kernel = node.text("kernel");
    if (!kernel) {
        bad(node.path() + ": kernel is missing: give the path of an ELF file or a raw image");
    }
    vm.kernel = files.find(*kernel);
    vm.load_address = node.cell("load-address");
    vm.entry_address = node.cell("entry-address");
    vm.link_base = node.cell("link-base");
    if (const auto ramdisk = node.text("ramdisk")) {
        vm.ramdisk = files.find(*ramdisk);
    }
    vm.arguments = node.text("arguments").value_or("");
    if (vm.arguments.size() >= boot::ARGUMENT_BYTES) {
        node.wrong("arguments", "are " + std::to_string(vm.arguments.size()) + " bytes: at most " +
                                    std::to_string(boot::ARGUMENT_BYTES - 1) + " fit");
    }
    const std::string how = node.text("boot").value_or("device-tree");
    if (how != "device-tree" && how != "atags") {
        node.wrong("boot", "\"" + how + "\" is unknown: give \"device-tree\" or \"atags\"");
    }
    vm.atags = how == "atags";
    if (vm.atags && !node.has("machine")) {
        bad(node.path() + ": boot = \"atags\" needs machine = <number>");
    }
    vm.machine = node.cell_or("machine", boot::NO_MACHINE);
}

void read_schedule(const source_node& node, vm_spec& vm) {
    vm.priority = node.number("priority", 8, 0, boot::MAX_PRIORITY);
    vm.budget_us = node.number("budget-us", 0, 1, PERIOD_MAX_US);
    const bool limited = node.has("budget-us");
    if (!limited && node.has("period-us")) {
        bad(node.path() + ": period-us has no effect without budget-us");
    }
    vm.period_us = limited ? node.number("period-us", DEFAULT_PERIOD_US, 100, PERIOD_MAX_US) : 0;
    if (vm.budget_us > vm.period_us) {
        node.wrong("budget-us", std::to_string(vm.budget_us) + " is longer than the period of " +
                                    std::to_string(vm.period_us) + ": lower it or raise period-us");
    }
    if (node.number("vcpus", 1, 1, 64) != 1) {
        node.wrong("vcpus", "above 1 is not served yet: give <1>");
    }
    const std::string restart = node.text("restart").value_or("never");
    if (restart != "never" && restart != "on-failure") {
        node.wrong("restart", "\"" + restart + "\" is unknown: give \"never\" or \"on-failure\"");
    }
    vm.restart =
        restart == "never" ? boot::restart_policy::never : boot::restart_policy::on_failure;
    if (restart == "never" && node.has("restart-max")) {
        bad(node.path() + ": restart-max has no effect with restart = \"never\"");
    }
    vm.restart_max = restart == "never" ? 0 : node.number("restart-max", DEFAULT_RESTARTS, 1, 255);
    vm.service = node.flag("service");
    for (const uint32_t peer : node.cells("peers")) {
        if (peer == 0 || peer > boot::MAX_VMS) {
            node.wrong("peers", std::to_string(peer) + " is no VM number");
        }
        vm.peers |= 1u << peer;
    }
}

vm_spec read_vm(const source_node& node, const search_path& files) {
    vm_spec vm{};
    vm.path = node.path();
    const auto id = node.unit();
    if (node.stem() != "vm" || !id || *id == 0 || *id > boot::MAX_VMS) {
        bad(node.path() + ": is no VM: name it vm@1 to vm@" + std::to_string(boot::MAX_VMS));
    }
    vm.id = *id;
    vm.name = node.text("label").value_or("vm" + std::to_string(vm.id));
    if (vm.name.empty() || vm.name.size() >= boot::NAME_BYTES ||
        vm.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_.") != std::string::npos) {
        node.wrong("label", "\"" + vm.name + "\" is no name: give 1 to " +
                                std::to_string(boot::NAME_BYTES - 1) +
                                " letters, digits, '-', '_' or '.'");
    }
    vm.regions = read_regions(node);
    read_kernel(node, files, vm);
    read_schedule(node, vm);
    for (const source_node* child : node.children()) {
        if (child->name() == "note") {
            vm.note = read_note_node(*child);
        } else if (child->name() == "devices") {
            vm.devices = read_devices(*child, files);
        } else if (child->name() == "passthrough") {
            vm.passthrough = read_passthrough(*child);
        } else {
            bad(child->path() + ": is no part of a VM: known are note, devices and passthrough");
        }
    }
    node.nothing_left(VM_PROPERTIES);
    return vm;
}

void check_together(const system_spec& system) {
    if (std::all_of(system.vms.begin(), system.vms.end(),
                    [](const vm_spec& vm) { return vm.service; })) {
        bad("/: every VM is a service, and those keep no system alive: take service from one");
    }
    for (const vm_spec& vm : system.vms) {
        for (const vm_spec& other : system.vms) {
            if (&other != &vm && other.name == vm.name) {
                bad(vm.path + ": label \"" + vm.name + "\" is also that of " + other.path +
                    ": name one of them differently");
            }
        }
        for (uint32_t peer = 1; peer <= boot::MAX_VMS; ++peer) {
            const bool known = std::any_of(system.vms.begin(), system.vms.end(),
                                           [&](const vm_spec& other) { return other.id == peer; });
            if ((vm.peers >> peer & 1) != 0 && (!known || peer == vm.id)) {
                bad(vm.path + ": peers names VM " + std::to_string(peer) +
                    (known ? ", itself" : ", which is not in this system"));
            }
        }
    }
}

/// The board's disks get their numbers in the order in which they stand here.
void number_drives(system_spec& system) {
    std::vector<std::filesystem::path> drives;
    for (vm_spec& vm : system.vms) {
        for (device_spec& device : vm.devices) {
            if (!device.drive) {
                continue;
            }
            if (std::find(drives.begin(), drives.end(), *device.drive) != drives.end()) {
                bad(device.path + ": drive " + device.drive->string() +
                    " is another device's already: a disk belongs to one VM");
            }
            drives.push_back(*device.drive);
            device.disk = static_cast<uint32_t>(drives.size());
        }
    }
    if (drives.size() > MAX_DRIVES) {
        bad("/: " + std::to_string(drives.size()) + " drives: at most " +
            std::to_string(MAX_DRIVES) + " are driven");
    }
}

uplink_spec read_uplink(const source_node& node) {
    uplink_spec uplink{node.number("segment", 1, 1, boot::MAX_SEGMENTS - 1),
                       node.text("netdev").value_or("user")};
    node.nothing_left("segment, netdev");
    if (uplink.network.find("id=") != std::string::npos) {
        node.wrong("netdev", "names an id, which pvrun gives");
    }
    return uplink;
}

} // namespace

uint64_t vm_spec::memory_bytes() const {
    uint64_t sum = 0;
    for (const region_spec& region : regions) {
        sum += region.size;
    }
    return sum;
}

system_spec read_spec(const source_node& root, const search_path& files) {
    const auto compatible = root.texts("compatible");
    if (std::find(compatible.begin(), compatible.end(), "paravane,system") == compatible.end()) {
        bad("/: compatible is not \"paravane,system\": this is no system description");
    }
    root.cells("#address-cells");
    root.cells("#size-cells");
    root.texts("model");
    root.nothing_left("compatible, model");
    system_spec system;
    for (const source_node* node : root.children()) {
        if (node->stem() == "uplink") {
            if (system.uplink) {
                bad(node->path() + ": there is one network card");
            }
            system.uplink = read_uplink(*node);
            continue;
        }
        if (system.vms.size() == boot::MAX_VMS) {
            bad(node->path() + ": is one VM too many: " + std::to_string(boot::MAX_VMS) +
                " are served");
        }
        system.vms.push_back(read_vm(*node, files));
    }
    if (system.vms.empty()) {
        bad("/: there is no VM: add a node vm@1");
    }
    check_together(system);
    number_drives(system);
    return system;
}

} // namespace paravane::pvrun
