// SPDX-License-Identifier: BSD-2-Clause
// Holds what a system passes through against the board's tree: only a device that
// the tree names, that is of a kind known to have no DMA, and that is not ours.
// Without an IOMMU a DMA master in a guest's hands would be the hypervisor's equal.
#include "boot/reg_reader.hpp"

namespace paravane::boot {
namespace {

using outcome = Result<void, refusal>;

/// PrimeCells without a bus master of their own.
constexpr const char* WITHOUT_DMA[] = {"arm,pl011", "arm,pl031", "arm,pl050",
                                       "arm,pl061", "arm,sp804", "arm,sp805"};

constexpr uint32_t INTERRUPT_CELLS = 3; // type, number, flags (the GIC's binding)
constexpr uint32_t FIRST_SPI = 32;

bool has_no_dma(tree_node node) {
    for (const char* kind : WITHOUT_DMA) {
        if (node.lists("compatible", kind)) {
            return true;
        }
    }
    return false;
}

bool is_range(tree_node root, tree_node node, const passthrough_config& device) {
    const reg_reader reg{root, node.property("reg")};
    memory_range range{};
    return reg.valid() && reg.count() == 1 && reg.range(0, range) &&
           range.base == device.registers && range.size == device.size;
}

bool raises(tree_node node, uint32_t interrupt) {
    const byte_span cells = node.property("interrupts");
    const uint32_t count = cells.size / sizeof(uint32_t);
    for (uint32_t i = 0; i + INTERRUPT_CELLS <= count; i += INTERRUPT_CELLS) {
        if (cell_at(cells, i) == 0 && cell_at(cells, i + 1) == interrupt - FIRST_SPI) {
            return true;
        }
    }
    return false;
}

bool is_ours(const passthrough_config& device, const pa* ours, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        if (ours[i] >= device.registers && ours[i] - device.registers < device.size) {
            return true;
        }
    }
    return false;
}

outcome check_one(tree_node root, const passthrough_config& device, uint8_t vm) {
    const auto no = [vm](const char* what) { return unexpected{refusal{what, "passthrough", vm}}; };
    for (tree_node n = root.first_child(); n.exists(); n = n.next_sibling()) {
        if (!is_range(root, n, device)) {
            continue;
        }
        if (!has_no_dma(n)) {
            return no("is not known to be free of DMA");
        }
        if (device.interrupt != 0 && !raises(n, device.interrupt)) {
            return no("has another interrupt on this board");
        }
        return {};
    }
    return no("is no device of this board");
}

} // namespace

outcome check_passthrough(const void* tree, const pa* ours, uint32_t count,
                          const system_config& system) {
    const tree_node root = find_node(tree, "/");
    for (uint32_t v = 0; v < system.vm_count; ++v) {
        const vm_config& vm = system.vms[v];
        for (uint32_t i = 0; i < vm.passthrough_count; ++i) {
            if (is_ours(vm.passthrough[i], ours, count)) {
                return unexpected{refusal{"is the hypervisor's own", "passthrough", vm.id}};
            }
            TRY(check_one(root, vm.passthrough[i], vm.id));
        }
    }
    return {};
}

} // namespace paravane::boot
