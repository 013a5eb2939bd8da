// SPDX-License-Identifier: BSD-2-Clause
// The system image: a FIT whose payloads lie behind its tree, 4 KiB aligned so that
// the hypervisor uses them in place. The layout of the description stands in
// boot/description.hpp.
#include "pvrun/image.hpp"

#include "boot/description.hpp"
#include "boot/guest_map.hpp"
#include "boot/signature.hpp"
#include "pvrun/failure.hpp"
#include "pvrun/tree_writer.hpp"

#include <algorithm>
#include <memory>

namespace paravane::pvrun {
namespace {

namespace key = boot::key;

struct payload {
    std::string name;
    std::string type;
    const bytes* content;
    uint32_t offset;
    digest hash;
};

uint64_t align_up(uint64_t value) {
    return (value + boot::PAYLOAD_ALIGN - 1) & ~static_cast<uint64_t>(boot::PAYLOAD_ALIGN - 1);
}

std::string numbered(const char* stem, size_t index) {
    return std::string{stem} + "@" + std::to_string(index);
}

class packer {
public:
    explicit packer(const image_parts& parts) : parts_{parts} {
        for (const built_vm& vm : parts.vms) {
            for (const built_load& load : vm.loads) {
                add(load.name, load.type, load.content);
            }
            if (!vm.escapes.empty()) {
                add("vm" + std::to_string(vm.spec.id) + "-escapes", "firmware", vm.escapes);
            }
            for (size_t i = 0; i < vm.disks.size(); ++i) {
                if (!vm.disks[i].empty()) {
                    add("vm" + std::to_string(vm.spec.id) + "-disk-" + std::to_string(i),
                        "filesystem", vm.disks[i]);
                }
            }
        }
        if (!parts.hypervisor.empty()) {
            add("hypervisor", "kernel", parts.hypervisor);
        }
    }

    bytes pack() {
        // Offsets are fixed-width cells, so the sizes of the first round hold.
        bytes description = write_description();
        bytes tree = write_fit(description, 0);
        const uint64_t description_at = align_up(tree.size());
        uint64_t next = align_up(description_at + description.size());
        for (payload& item : payloads_) {
            item.offset = static_cast<uint32_t>(next);
            next = align_up(next + item.content->size());
            if (next > UINT32_MAX) {
                throw failure{exit_status::bad_input, "the image would be larger than 4 GiB"};
            }
        }
        description = write_description();
        bytes image = write_fit(description, static_cast<uint32_t>(description_at));
        put(image, description_at, description);
        for (const payload& item : payloads_) {
            put(image, item.offset, *item.content);
        }
        image.resize(align_up(image.size()), 0);
        return image;
    }

private:
    void add(const std::string& name, const std::string& type, const bytes& content) {
        payloads_.push_back({name, type, &content, 0, sha256(content)});
    }

    static void put(bytes& image, uint64_t at, const bytes& content) {
        image.resize(std::max<uint64_t>(image.size(), at + content.size()), 0);
        std::copy(content.begin(), content.end(), image.begin() + static_cast<ptrdiff_t>(at));
    }

    const payload& of(const bytes& content) const {
        return *std::find_if(payloads_.begin(), payloads_.end(),
                             [&](const payload& item) { return item.content == &content; });
    }

    void write_position(tree_writer& out, const bytes& content) const {
        const payload& item = of(content);
        out.cells(key::POSITION, {item.offset, static_cast<uint32_t>(content.size())});
        out.raw(key::SHA256, item.hash.data(), item.hash.size());
    }

    void write_start(tree_writer& out, const built_vm& vm) const {
        const vm_spec& spec = vm.spec;
        std::vector<uint32_t> memory;
        for (const region_spec& region : spec.regions) {
            memory.push_back(region.base);
            memory.push_back(region.size);
        }
        out.cell(key::REG, spec.id);
        out.text(key::NAME, spec.name);
        out.cells(key::MEMORY, memory);
        out.cell(key::ENTRY, vm.entry);
        out.cell(key::MACHINE, spec.machine);
        out.cell(key::BOOT_PARAMETERS, vm.boot_parameters);
        if (spec.atags) {
            out.flag(key::ATAGS);
        }
        if (vm.ramdisk_size != 0) {
            out.cells(key::RAMDISK, {vm.ramdisk, vm.ramdisk_size});
        }
        out.text(key::ARGUMENTS, spec.arguments);
        out.cells(key::NOTE, {vm.note.abi_version, vm.note.features[0], vm.note.features[1],
                              vm.note.flags, vm.note.page});
        out.cell(key::PRIORITY, spec.priority);
        out.cells(key::BUDGET, {spec.budget_us, spec.period_us});
        out.cells(key::RESTART, {static_cast<uint32_t>(spec.restart), spec.restart_max});
        if (spec.service) {
            out.flag(key::SERVICE);
        }
        out.cell(key::PEERS, spec.peers);
    }

    void write_device(tree_writer& out, const built_vm& vm, size_t index) const {
        const device_spec& device = vm.spec.devices[index];
        out.begin(numbered(key::DEVICE_NODE, index));
        out.cell(key::KIND, static_cast<uint32_t>(device.kind));
        out.cell(key::TRANSPORT, static_cast<uint32_t>(device.transport));
        if (device.read_only) {
            out.flag(key::READ_ONLY);
        }
        if (!vm.disks[index].empty()) {
            write_position(out, vm.disks[index]);
        }
        out.cell(key::BLANK, device.blank_bytes);
        out.cell(key::LINK, device.link);
        out.cell(key::DISK, device.disk);
        out.cell(key::RATE, device.rate);
        out.end();
    }

    void write_vm(tree_writer& out, const built_vm& vm) const {
        out.begin(numbered("vm", vm.spec.id));
        write_start(out, vm);
        for (size_t i = 0; i < vm.loads.size(); ++i) {
            out.begin(numbered(key::LOAD_NODE, i));
            out.cell(key::TARGET, vm.loads[i].target);
            write_position(out, vm.loads[i].content);
            out.end();
        }
        if (!vm.escapes.empty()) {
            out.begin(key::ESCAPES_NODE);
            write_position(out, vm.escapes);
            out.end();
        }
        for (size_t i = 0; i < vm.spec.devices.size(); ++i) {
            write_device(out, vm, i);
        }
        for (size_t i = 0; i < vm.spec.passthrough.size(); ++i) {
            const passthrough_spec& device = vm.spec.passthrough[i];
            out.begin(numbered(key::PASSTHROUGH_NODE, i));
            out.cell(key::WINDOW, device.window);
            out.cells(key::REGISTERS, {device.registers, device.size});
            out.cell(key::INTERRUPT, device.interrupt);
            out.end();
        }
        out.end();
    }

    bytes write_description() const {
        tree_writer out;
        out.text(key::COMPATIBLE, boot::DESCRIPTION_FORMAT);
        if (!parts_.seed.empty()) {
            out.raw(key::SEED, parts_.seed.data(), parts_.seed.size());
        }
        if (parts_.uplink) {
            out.cell(key::UPLINK, parts_.uplink->segment);
        }
        for (const built_vm& vm : parts_.vms) {
            write_vm(out, vm);
        }
        return out.finish();
    }

    void write_image_node(tree_writer& out, const payload& item) const {
        out.begin(item.name);
        out.text("description", item.name);
        out.text("type", item.type);
        out.text("arch", "arm");
        out.text("compression", "none");
        if (item.name == "hypervisor") {
            const uint32_t load = parts_.target->ram_base + HYPERVISOR_LOAD_OFFSET;
            out.text("os", "linux");
            out.cell("load", load);
            out.cell("entry", load);
        }
        out.cell(key::DATA_POSITION, item.offset);
        out.cell(key::DATA_SIZE, static_cast<uint32_t>(item.content->size()));
        out.begin(key::HASH_NODE);
        out.text(key::ALGORITHM, "sha256");
        out.raw(key::VALUE, item.hash.data(), item.hash.size());
        out.end();
        if (item.name == "system" && !parts_.signing_key.empty()) {
            write_signature(out, *item.content);
        }
        out.end();
    }

    void write_signature(tree_writer& out, const bytes& description) const {
        const bytes signature = sign(description, parts_.signing_key);
        out.begin(key::SIGNATURE_NODE);
        out.text(key::ALGORITHM, boot::SIGNATURE_ALGORITHM);
        out.raw(key::VALUE, signature.data(), signature.size());
        out.end();
    }

    bytes write_fit(const bytes& description, uint32_t description_at) const {
        tree_writer out;
        out.text("description", parts_.name);
        // Required by the format; 0 so that equal systems make equal images.
        out.cell("timestamp", 0);
        out.cell("#address-cells", 1);
        out.begin("images");
        write_image_node(out,
                         {"system", "flat_dt", &description, description_at, sha256(description)});
        for (const payload& item : payloads_) {
            write_image_node(out, item);
        }
        out.end();
        out.begin("configurations");
        out.text("default", "paravane");
        out.begin("paravane");
        out.text("description", parts_.name + " on " + parts_.target->name);
        if (!parts_.hypervisor.empty()) {
            out.text("kernel", "hypervisor");
        }
        out.end();
        out.end();
        return out.finish();
    }

    /// Where QEMU puts a raw -kernel image, from the start of RAM.
    static constexpr uint32_t HYPERVISOR_LOAD_OFFSET = 0x10000;

    const image_parts& parts_;
    std::vector<payload> payloads_;
};

/// Where QEMU's ARM boot code puts an initrd: half way up RAM, at most 128 MiB.
uint32_t image_address(const board& target, uint64_t ram_bytes) {
    return target.ram_base + static_cast<uint32_t>(std::min<uint64_t>(ram_bytes / 2, 128u << 20));
}

boot::board_config describe(const board& target, uint64_t ram_bytes, uint64_t image_bytes) {
    boot::board_config out{};
    const uint32_t at = image_address(target, ram_bytes);
    out.bank_count = 1;
    out.banks[0] = {pa{target.ram_base}, static_cast<uint32_t>(ram_bytes)};
    // QEMU puts the board's tree right behind the image.
    out.image = {pa{at}, static_cast<uint32_t>(image_bytes + (1u << 20))};
    return out;
}

const built_vm* by_id(const image_parts& parts, uint32_t id) {
    for (const built_vm& vm : parts.vms) {
        if (vm.spec.id == id) {
            return &vm;
        }
    }
    return nullptr;
}

} // namespace

bytes pack_image(const image_parts& parts) {
    return packer{parts}.pack();
}

void check_image(const bytes& image, const image_parts& parts, uint64_t ram_bytes) {
    const auto system = std::make_unique<boot::system_config>();
    const auto read =
        boot::read_system({image.data(), static_cast<uint32_t>(image.size())}, *system);
    if (!read) {
        const boot::refusal& why = read.error();
        const std::string who = why.vm != 0 ? "vm@" + std::to_string(why.vm) + ": " : "";
        throw failure{exit_status::bad_input, who + why.where + " " + why.what};
    }
    const board& target = *parts.target;
    if (image.size() + (1u << 20) > ram_bytes / 2) {
        throw failure{exit_status::bad_input, "the image of " + amount(image.size()) +
                                                  " does not fit: raise --ram above " +
                                                  std::to_string(ram_bytes >> 20) + " MiB"};
    }
    const boot::board_config plan = describe(target, ram_bytes, image.size());
    const boot::memory_range own{pa{target.ram_base}, boot::HYPERVISOR_BYTES};
    const auto planned = boot::plan_memory(plan, own, *system);
    if (!planned) {
        const uint32_t left = boot::largest_free(plan, own, *system);
        const built_vm* vm = by_id(parts, planned.error().vm);
        throw failure{exit_status::bad_input,
                      vm->spec.path + ": memory " + amount(vm->spec.memory_bytes()) +
                          " does not fit: " + std::to_string(left >> 20) + " MiB left on " +
                          target.name + ": lower it, or raise --ram"};
    }
}

} // namespace paravane::pvrun
