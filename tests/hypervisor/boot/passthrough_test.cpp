// SPDX-License-Identifier: BSD-2-Clause
// What may be passed through, against a tree like that of QEMU's virt.
#include "boot/system.hpp"

#include "pvrun/tree_writer.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace paravane::boot {
namespace {

pvrun::bytes board_tree() {
    pvrun::tree_writer out;
    out.cell("#address-cells", 2);
    out.cell("#size-cells", 2);
    const auto device = [&](const std::string& name, const std::string& kind, uint32_t at,
                            uint32_t size, uint32_t interrupt) {
        out.begin(name);
        out.texts("compatible", {kind, "arm,primecell"});
        out.cells("reg", {0, at, 0, size});
        out.cells("interrupts", {0, interrupt, 4});
        out.end();
    };
    device("pl031@9010000", "arm,pl031", 0x09010000, 0x1000, 2);
    device("pl011@9000000", "arm,pl011", 0x09000000, 0x1000, 1);
    device("dma@a000000", "arm,pl330", 0x0a000000, 0x1000, 9);
    device("virtio@a003000", "virtio,mmio", 0x0a003000, 0x1000, 16);
    return out.finish();
}

std::string judge(uint32_t registers, uint32_t size, uint16_t interrupt) {
    const pvrun::bytes tree = board_tree();
    const auto system = std::make_unique<system_config>();
    system->vm_count = 1;
    system->vms[0].id = 1;
    system->vms[0].passthrough_count = 1;
    system->vms[0].passthrough[0] = {gpa{registers}, pa{registers}, size, interrupt};
    const pa ours[] = {pa{0x09000000}, pa{0x08000000}};
    const auto result = check_passthrough(tree.data(), ours, 2, *system);
    return result ? "" : result.error().what;
}

TEST(passthrough, a_device_without_dma_is_granted) {
    EXPECT_EQ(judge(0x09010000, 0x1000, 34), "");
    EXPECT_EQ(judge(0x09010000, 0x1000, 0), "");
}

TEST(passthrough, everything_else_is_refused) {
    EXPECT_EQ(judge(0x0a000000, 0x1000, 0), "is not known to be free of DMA");
    EXPECT_EQ(judge(0x0a003000, 0x1000, 0), "is not known to be free of DMA");
    EXPECT_EQ(judge(0x09000000, 0x1000, 33), "is the hypervisor's own");
    EXPECT_EQ(judge(0x08fff000, 0x2000, 0), "is the hypervisor's own");
    EXPECT_EQ(judge(0x40000000, 0x1000, 0), "is no device of this board");
    EXPECT_EQ(judge(0x09010000, 0x2000, 34), "is no device of this board");
    EXPECT_EQ(judge(0x09010000, 0x1000, 33), "has another interrupt on this board");
    EXPECT_EQ(judge(0x09010000, 0x1000, 2), "has another interrupt on this board");
}

} // namespace
} // namespace paravane::boot
