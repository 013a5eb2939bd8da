// SPDX-License-Identifier: BSD-2-Clause
// Lays out one guest's RAM: the kernel where it says, ramdisk and boot parameters
// at the top of its first region.
#include "pvrun/vm_build.hpp"

#include "boot/guest_map.hpp"
#include "pvrun/failure.hpp"
#include "pvrun/guest_tree.hpp"

#include <algorithm>

namespace paravane::pvrun {
namespace {

constexpr uint64_t PAGE = 4096;
constexpr size_t ENTROPY_BYTES = 64;

uint64_t align_up(uint64_t value) {
    return (value + PAGE - 1) & ~(PAGE - 1);
}

/// Hands out RAM from the top of the first region, above the kernel.
class top_of_ram {
public:
    top_of_ram(const vm_spec& vm, const kernel_image& kernel) : vm_{vm} {
        const region_spec& region = vm.regions[0];
        floor_ = region.base;
        next_ = static_cast<uint64_t>(region.base) + region.size;
        for (const kernel_piece& piece : kernel.pieces) {
            if (piece.address >= region.base && piece.address < next_) {
                floor_ = std::max(floor_, piece.address + piece.memory);
            }
        }
    }

    uint32_t take(uint64_t size, const std::string& what) {
        const uint64_t whole = align_up(size);
        if (whole > next_ - floor_) {
            const uint64_t missing = whole - (next_ - floor_);
            throw failure{exit_status::bad_input, vm_.path + ": " + what + " of " + amount(size) +
                                                      " does not fit above the kernel: give " +
                                                      std::to_string((missing >> 20) + 1) +
                                                      " MiB more memory"};
        }
        next_ -= whole;
        return static_cast<uint32_t>(next_);
    }

private:
    const vm_spec& vm_;
    uint64_t floor_;
    uint64_t next_;
};

void add_kernel(built_vm& vm, kernel_image kernel) {
    // Two loads are left for the ramdisk and the boot parameters.
    join_pieces(kernel.pieces, boot::MAX_LOADS - 2);
    uint32_t index = 0;
    for (kernel_piece& piece : kernel.pieces) {
        if (!piece.content.empty()) {
            vm.loads.push_back(
                {"vm" + std::to_string(vm.spec.id) + "-kernel-" + std::to_string(index++), "kernel",
                 piece.address, std::move(piece.content)});
        }
    }
}

void add_disks(built_vm& vm) {
    for (const device_spec& device : vm.spec.devices) {
        bytes content;
        if (device.file) {
            content = read_file(*device.file, device.path + ": file");
            if (content.empty()) {
                throw failure{exit_status::bad_input, device.path + ": file is empty"};
            }
            content.resize((content.size() + 511) / 512 * 512, 0);
        }
        vm.disks.push_back(std::move(content));
    }
}

} // namespace

built_vm build_vm(const vm_spec& spec, const std::string& cpu, const std::string& seed) {
    kernel_image kernel = read_kernel_image(spec);
    built_vm vm{};
    vm.spec = spec;
    vm.note = *kernel.note;
    vm.entry = kernel.entry;
    vm.escapes = std::move(kernel.escapes);
    top_of_ram top{spec, kernel};
    const std::string prefix = "vm" + std::to_string(spec.id);
    boot_facts facts{};
    bytes ramdisk;
    if (spec.ramdisk) {
        ramdisk = read_file(*spec.ramdisk, spec.path + ": ramdisk");
        facts.ramdisk_size = static_cast<uint32_t>(ramdisk.size());
        facts.ramdisk = top.take(ramdisk.size(), "ramdisk");
    }
    vm.ramdisk = facts.ramdisk;
    vm.ramdisk_size = facts.ramdisk_size;
    facts.cpu = cpu;
    facts.vcpu_page = vm.note.page != 0 ? vm.note.page : abi::VCPU_PAGE_DEFAULT;
    facts.entropy = random_bytes(ENTROPY_BYTES, seed.empty() ? seed : seed + "/" + spec.name);
    bytes parameters = spec.atags ? guest_atags(spec, facts) : guest_tree(spec, facts);
    vm.boot_parameters = top.take(parameters.size(), "device tree");
    add_kernel(vm, std::move(kernel));
    if (!ramdisk.empty()) {
        vm.loads.push_back({prefix + "-ramdisk", "ramdisk", facts.ramdisk, std::move(ramdisk)});
    }
    vm.loads.push_back({prefix + (spec.atags ? "-atags" : "-fdt"),
                        spec.atags ? "firmware" : "flat_dt", vm.boot_parameters,
                        std::move(parameters)});
    add_disks(vm);
    return vm;
}

} // namespace paravane::pvrun
