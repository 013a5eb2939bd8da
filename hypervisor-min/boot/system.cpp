// SPDX-License-Identifier: BSD-2-Clause
// Reads a system image: finds the description, checks its digest, and turns it into
// a system_config. Every byte is hostile until checked; boot/system_check.cpp then
// judges what the values mean together. Names stand in boot/description.hpp.
#include "boot/description.hpp"
#include "boot/digest.hpp"
#include "boot/guest_map.hpp"
#include "boot/signature.hpp"
#include "boot/system_check.hpp"
#include "boot/tree.hpp"

#include <string.h>

namespace paravane::boot {
namespace {

using outcome = Result<void, refusal>;

/// Reads one VM's node; remembers whose fault a refusal is.
class vm_reader {
public:
    vm_reader(byte_span image, uint32_t first_payload, tree_node node, vm_config& vm)
        : image_{image}, first_payload_{first_payload}, node_{node}, vm_{vm} {}

    outcome read() {
        TRY(identity());
        TRY(memory());
        TRY(start());
        TRY(needs());
        TRY(schedule());
        for (tree_node n = node_.first_child(); n.exists(); n = n.next_sibling()) {
            TRY(child(n));
        }
        return {};
    }

private:
    unexpected<refusal> no(const char* where, const char* what) const {
        return unexpected{refusal{what, where, vm_.id}};
    }

    outcome identity() {
        uint32_t id = 0;
        if (!node_.cell(key::REG, id) || id == 0 || id > MAX_VMS) {
            return no(key::REG, "is not a VM number");
        }
        vm_.id = static_cast<uint8_t>(id);
        if (!node_.text(key::NAME, vm_.name, NAME_BYTES)) {
            return no(key::NAME, "is missing or too long");
        }
        return {};
    }

    outcome memory() {
        const byte_span cells = node_.property(key::MEMORY);
        constexpr uint32_t entry = 2 * sizeof(uint32_t);
        if (cells.size == 0 || cells.size % entry != 0 || cells.size / entry > MAX_REGIONS) {
            return no(key::MEMORY, "is not a list of base and size");
        }
        vm_.region_count = cells.size / entry;
        for (uint32_t i = 0; i < vm_.region_count; ++i) {
            vm_.regions[i].base = gpa{cell_at(cells, 2 * i)};
            vm_.regions[i].size = cell_at(cells, 2 * i + 1);
        }
        return {};
    }

    outcome start() {
        uint32_t entry = 0;
        if (!node_.cell(key::ENTRY, entry)) {
            return no(key::ENTRY, "is missing");
        }
        uint32_t parameters = 0;
        uint32_t ramdisk[2] = {0, 0};
        vm_.machine = NO_MACHINE;
        if (!node_.optional_cell(key::MACHINE, vm_.machine) ||
            !node_.optional_cell(key::BOOT_PARAMETERS, parameters) ||
            (node_.has(key::RAMDISK) && !node_.cells(key::RAMDISK, ramdisk, 2)) ||
            (node_.has(key::ARGUMENTS) &&
             !node_.text(key::ARGUMENTS, vm_.arguments, ARGUMENT_BYTES))) {
            return no("start", "has a property of the wrong shape");
        }
        vm_.entry = gpa{entry};
        vm_.boot_parameters = gpa{parameters};
        vm_.atags = node_.has(key::ATAGS);
        vm_.ramdisk = gpa{ramdisk[0]};
        vm_.ramdisk_size = ramdisk[1];
        return {};
    }

    outcome needs() {
        uint32_t note[5];
        if (!node_.cells(key::NOTE, note, 5)) {
            return no(key::NOTE, "is missing or not five cells");
        }
        vm_.abi_version = note[0];
        vm_.features[0] = note[1];
        vm_.features[1] = note[2];
        vm_.note_flags = note[3];
        vm_.vcpu_page = gva{note[4] != 0 ? note[4] : abi::VCPU_PAGE_DEFAULT};
        return {};
    }

    outcome schedule() {
        uint32_t priority = 0;
        uint32_t budget[2] = {0, 0};
        uint32_t restart[2] = {0, 0};
        if (!node_.optional_cell(key::PRIORITY, priority) ||
            !node_.optional_cell(key::PEERS, vm_.peers) ||
            (node_.has(key::BUDGET) && !node_.cells(key::BUDGET, budget, 2)) ||
            (node_.has(key::RESTART) && !node_.cells(key::RESTART, restart, 2))) {
            return no("schedule", "has a property of the wrong shape");
        }
        if (priority > MAX_PRIORITY || restart[1] > UINT8_MAX ||
            restart[0] > static_cast<uint32_t>(restart_policy::on_failure)) {
            return no("schedule", "has a value out of range");
        }
        vm_.priority = static_cast<uint8_t>(priority);
        vm_.budget_us = budget[0];
        vm_.period_us = budget[1];
        vm_.restart = static_cast<restart_policy>(restart[0]);
        vm_.restart_max = static_cast<uint8_t>(restart[1]);
        vm_.service = node_.has(key::SERVICE);
        return {};
    }

    outcome child(tree_node node) {
        if (node.named(key::LOAD_NODE)) {
            return load(node);
        }
        if (node.named(key::ESCAPES_NODE)) {
            return vm_.escapes.size != 0 ? no(key::ESCAPES_NODE, "is there twice")
                                         : content(node, key::ESCAPES_NODE, vm_.escapes);
        }
        if (node.named(key::DEVICE_NODE)) {
            return device(node);
        }
        if (node.named(key::PASSTHROUGH_NODE)) {
            return passthrough(node);
        }
        return no("node", "is unknown to this hypervisor");
    }

    outcome content(tree_node node, const char* where, payload& out) {
        uint32_t position[2];
        const byte_span digest = node.property(key::SHA256);
        if (!node.cells(key::POSITION, position, 2) || digest.size != DIGEST_BYTES) {
            return no(where, "has no position or no SHA-256");
        }
        out.offset = position[0];
        out.size = position[1];
        memcpy(out.sha256, digest.data, DIGEST_BYTES);
        if (out.offset % PAYLOAD_ALIGN != 0 || out.offset < first_payload_ ||
            out.offset > image_.size || out.size > image_.size - out.offset) {
            return no(where, "lies outside the image or is not aligned");
        }
        if (!digest_matches({image_.data + out.offset, out.size}, out.sha256)) {
            return no(where, "SHA-256 differs");
        }
        return {};
    }

    outcome load(tree_node node) {
        uint32_t target = 0;
        if (vm_.load_count == MAX_LOADS || !node.cell(key::TARGET, target)) {
            return no(key::LOAD_NODE, "is one too many or has no target");
        }
        boot::load& piece = vm_.loads[vm_.load_count++];
        piece.target = gpa{target};
        return content(node, key::LOAD_NODE, piece.source);
    }

    outcome device(tree_node node) {
        uint32_t kind = 0;
        uint32_t transport = 0;
        if (vm_.device_count == MAX_DEVICES) {
            return no(key::DEVICE_NODE, "is one too many");
        }
        device_config& device = vm_.devices[vm_.device_count++];
        if (!node.cell(key::KIND, kind) || !node.cell(key::TRANSPORT, transport) ||
            !node.optional_cell(key::BLANK, device.blank) ||
            !node.optional_cell(key::LINK, device.link) ||
            !node.optional_cell(key::DISK, device.disk) ||
            !node.optional_cell(key::RATE, device.rate)) {
            return no(key::DEVICE_NODE, "has a property of the wrong shape");
        }
        if (kind < static_cast<uint32_t>(device_kind::console) ||
            kind > static_cast<uint32_t>(device_kind::balloon) ||
            transport < static_cast<uint32_t>(device_transport::mmio) ||
            transport > static_cast<uint32_t>(device_transport::shared_page)) {
            return no(key::DEVICE_NODE, "is of an unknown kind or transport");
        }
        device.kind = static_cast<device_kind>(kind);
        device.transport = static_cast<device_transport>(transport);
        device.read_only = node.has(key::READ_ONLY);
        return node.has(key::POSITION) ? content(node, key::DEVICE_NODE, device.content)
                                       : outcome{};
    }

    outcome passthrough(tree_node node) {
        uint32_t window = 0;
        uint32_t registers[2];
        uint32_t interrupt = 0;
        if (vm_.passthrough_count == MAX_PASSTHROUGH || !node.cell(key::WINDOW, window) ||
            !node.cells(key::REGISTERS, registers, 2) ||
            !node.optional_cell(key::INTERRUPT, interrupt) || interrupt > UINT16_MAX) {
            return no(key::PASSTHROUGH_NODE, "is one too many or has the wrong shape");
        }
        vm_.passthrough[vm_.passthrough_count++] = {gpa{window}, pa{registers[0]}, registers[1],
                                                    static_cast<uint16_t>(interrupt)};
        return {};
    }

    const byte_span image_;
    const uint32_t first_payload_;
    const tree_node node_;
    vm_config& vm_;
};

constexpr unexpected<refusal> no_image(const char* where, const char* what) {
    return unexpected{refusal{what, where, 0}};
}

/// The description, once its bytes match the digest beside it.
Result<byte_span, refusal> find_description(byte_span image) {
    if (!sound_tree(image.data, image.size)) {
        return no_image("header", "is not a flattened image tree");
    }
    const tree_node node = find_node(image.data, DESCRIPTION_PATH);
    uint32_t position = 0;
    uint32_t size = 0;
    if (!node.exists() || !node.cell(key::DATA_POSITION, position) ||
        !node.cell(key::DATA_SIZE, size)) {
        return no_image(DESCRIPTION_PATH, "is missing: not a Paravane system");
    }
    if (position % PAYLOAD_ALIGN != 0 || position < fdt_totalsize(image.data) ||
        position > image.size || size > image.size - position) {
        return no_image(DESCRIPTION_PATH, "lies outside the image or is not aligned");
    }
    const tree_node hash = node.child(key::HASH_NODE);
    const byte_span digest = hash.property(key::VALUE);
    uint8_t expected[DIGEST_BYTES];
    if (!hash.lists(key::ALGORITHM, "sha256") || digest.size != DIGEST_BYTES) {
        return no_image(DESCRIPTION_PATH, "has no SHA-256");
    }
    memcpy(expected, digest.data, DIGEST_BYTES);
    const byte_span found{image.data + position, size};
    if (!digest_matches(found, expected)) {
        return no_image(DESCRIPTION_PATH, "SHA-256 differs");
    }
    TRY(check_signature(node, found));
    return found;
}

} // namespace

Result<void, refusal> read_system(byte_span image, system_config& system) {
    system.vm_count = 0;
    const byte_span description = TRY(find_description(image));
    if (!sound_tree(description.data, description.size)) {
        return no_image(DESCRIPTION_PATH, "is not a flattened tree");
    }
    const tree_node root = find_node(description.data, "/");
    if (!root.lists(key::COMPATIBLE, DESCRIPTION_FORMAT)) {
        return no_image(DESCRIPTION_PATH, "has a format that this hypervisor does not know");
    }
    const byte_span seed = root.property(key::SEED);
    system.seeded = seed.size == SEED_BYTES;
    if (system.seeded) {
        memcpy(system.seed, seed.data, SEED_BYTES);
    }
    system.uplink = 0;
    if (!root.optional_cell(key::UPLINK, system.uplink) || system.uplink >= MAX_SEGMENTS) {
        return no_image(key::UPLINK, "is not the number of a segment");
    }
    const uint32_t first_payload = fdt_totalsize(image.data);
    for (tree_node node = root.first_child(); node.exists(); node = node.next_sibling()) {
        if (system.vm_count == MAX_VMS) {
            return no_image(DESCRIPTION_PATH, "has too many VMs");
        }
        vm_config& vm = system.vms[system.vm_count++];
        vm = vm_config{};
        TRY((vm_reader{image, first_payload, node, vm}.read()));
        TRY(check_vm(vm));
    }
    return check_together(system);
}

} // namespace paravane::boot
