// SPDX-License-Identifier: BSD-2-Clause
// Generates a guest's device tree and ATAGs. Numbers of interrupts are the ABI's
// irq_source; the interrupt controller is the hypervisor's, one cell a source.
#include "pvrun/guest_tree.hpp"

#include "boot/guest_map.hpp"
#include "pvrun/tree_writer.hpp"

namespace paravane::pvrun {
namespace {

constexpr uint32_t INTC_PHANDLE = 1;
constexpr uint32_t CLOCK_PHANDLE = 2;
constexpr uint32_t PAGE = 4096;

std::string node_name(const std::string& stem, uint32_t address) {
    return stem + "@" + hex(address).substr(2);
}

class guest_tree_writer {
public:
    guest_tree_writer(const vm_spec& vm, const boot_facts& facts) : vm_{vm}, facts_{facts} {}

    bytes write() {
        out_.cell("#address-cells", 1);
        out_.cell("#size-cells", 1);
        out_.text("compatible", "paravane,vm");
        out_.text("model", "Paravane VM " + vm_.name);
        out_.cell("interrupt-parent", INTC_PHANDLE);
        chosen();
        memory();
        cpu();
        platform();
        for (uint32_t i = 0; i < vm_.devices.size(); ++i) {
            device(vm_.devices[i], i);
        }
        for (uint32_t i = 0; i < vm_.passthrough.size(); ++i) {
            passthrough(vm_.passthrough[i], i);
        }
        return out_.finish();
    }

private:
    void chosen() {
        out_.begin("chosen");
        if (!vm_.arguments.empty()) {
            out_.text("bootargs", vm_.arguments);
        }
        if (facts_.ramdisk_size != 0) {
            out_.cell("linux,initrd-start", facts_.ramdisk);
            out_.cell("linux,initrd-end", facts_.ramdisk + facts_.ramdisk_size);
        }
        out_.raw("rng-seed", facts_.entropy.data(), facts_.entropy.size());
        out_.end();
    }

    void memory() {
        for (const region_spec& region : vm_.regions) {
            out_.begin(node_name("memory", region.base));
            out_.text("device_type", "memory");
            out_.cells("reg", {region.base, region.size});
            out_.end();
        }
    }

    void cpu() {
        out_.begin("cpus");
        out_.cell("#address-cells", 1);
        out_.cell("#size-cells", 0);
        out_.begin("cpu@0");
        out_.text("device_type", "cpu");
        out_.text("compatible", facts_.cpu);
        out_.cell("reg", 0);
        out_.end();
        out_.end();
    }

    void platform() {
        out_.begin("psci");
        out_.texts("compatible", {"arm,psci-1.0", "arm,psci-0.2"});
        out_.text("method", "hvc");
        out_.end();
        out_.begin("hypervisor");
        out_.text("compatible", "paravane,hypervisor");
        out_.cell("paravane,vcpu-page", facts_.vcpu_page);
        out_.cell("paravane,vm", vm_.id);
        out_.cell("paravane,peers", vm_.peers);
        out_.end();
        out_.begin("interrupt-controller");
        out_.text("compatible", "paravane,intc");
        out_.flag("interrupt-controller");
        out_.cell("#interrupt-cells", 1);
        out_.cell("phandle", INTC_PHANDLE);
        out_.end();
        simple("timer", "paravane,timer", boot::number_of(abi::irq_source::timer));
        simple("doorbell", "paravane,doorbell", boot::number_of(abi::irq_source::doorbell));
        simple("console", "paravane,console", boot::number_of(abi::irq_source::console));
        out_.begin("clock");
        out_.text("compatible", "fixed-clock");
        out_.cell("#clock-cells", 0);
        out_.cell("clock-frequency", 24'000'000);
        out_.cell("phandle", CLOCK_PHANDLE);
        out_.end();
    }

    void simple(const std::string& name, const std::string& compatible, uint32_t source) {
        out_.begin(name);
        out_.text("compatible", compatible);
        out_.cell("interrupts", source);
        out_.end();
    }

    void device(const device_spec& device, uint32_t index) {
        const uint32_t address = abi::DEVICE_PAGES + index * PAGE;
        const bool mmio = device.transport == boot::device_transport::mmio;
        out_.begin(node_name("virtio", address));
        out_.text("compatible", mmio ? "virtio,mmio" : "paravane,virtio");
        out_.cells("reg", {address, PAGE});
        out_.cell("interrupts", boot::number_of(abi::irq_source::device_first) + index);
        if (!mmio) {
            out_.cell("paravane,device", index);
        }
        out_.end();
    }

    void passthrough(const passthrough_spec& device, uint32_t index) {
        out_.begin(node_name(device.name, device.window));
        for (const auto& [name, value] : device.properties) {
            out_.raw(name, value.data(), value.size());
        }
        out_.cells("reg", {device.window, device.size});
        if (device.interrupt != 0) {
            out_.cell("interrupts", boot::number_of(abi::irq_source::passthrough_first) + index);
        }
        // PrimeCells want their bus clock; the board keeps it running.
        if (device.properties.count("clocks") == 0) {
            out_.cell("clocks", CLOCK_PHANDLE);
            out_.text("clock-names", "apb_pclk");
        }
        out_.end();
    }

    const vm_spec& vm_;
    const boot_facts& facts_;
    tree_writer out_;
};

/// ATAGs as Linux's Documentation/arm/setup and include/uapi/asm/setup.h have them.
class atag_writer {
public:
    void tag(uint32_t kind, const std::vector<uint32_t>& words) {
        word(kind == 0 ? 0 : static_cast<uint32_t>(words.size() + 2));
        word(kind);
        for (const uint32_t value : words) {
            word(value);
        }
    }
    bytes take() { return std::move(out_); }

private:
    void word(uint32_t value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out_.push_back(static_cast<uint8_t>(value >> shift));
        }
    }
    bytes out_;
};

constexpr uint32_t ATAG_NONE = 0;
constexpr uint32_t ATAG_CORE = 0x54410001;
constexpr uint32_t ATAG_MEM = 0x54410002;
constexpr uint32_t ATAG_CMDLINE = 0x54410009;
constexpr uint32_t ATAG_INITRD2 = 0x54420005;

} // namespace

bytes guest_tree(const vm_spec& vm, const boot_facts& facts) {
    return guest_tree_writer{vm, facts}.write();
}

bytes guest_atags(const vm_spec& vm, const boot_facts& facts) {
    atag_writer out;
    out.tag(ATAG_CORE, {1, PAGE, 0});
    for (const region_spec& region : vm.regions) {
        out.tag(ATAG_MEM, {region.size, region.base});
    }
    if (facts.ramdisk_size != 0) {
        out.tag(ATAG_INITRD2, {facts.ramdisk, facts.ramdisk_size});
    }
    if (!vm.arguments.empty()) {
        std::vector<uint32_t> words(vm.arguments.size() / 4 + 1, 0);
        for (size_t i = 0; i < vm.arguments.size(); ++i) {
            words[i / 4] |= static_cast<uint32_t>(static_cast<uint8_t>(vm.arguments[i]))
                            << (8 * (i % 4));
        }
        out.tag(ATAG_CMDLINE, words);
    }
    out.tag(ATAG_NONE, {});
    return out.take();
}

} // namespace paravane::pvrun
