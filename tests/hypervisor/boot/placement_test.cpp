// SPDX-License-Identifier: BSD-2-Clause
// Physical RAM and what is copied into it.
#include "boot/system.hpp"

#include "sample_system.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace paravane::boot {
namespace {

using pvrun::bytes;
using pvrun::test::parts_of;
using pvrun::test::sample_vm;

constexpr uint32_t MIB = 1u << 20;

board_config board_of(uint32_t base, uint32_t mib) {
    board_config board{};
    board.bank_count = 1;
    board.banks[0] = {pa{base}, mib * MIB};
    return board;
}

std::unique_ptr<system_config> vms_of(std::vector<uint32_t> mib) {
    auto system = std::make_unique<system_config>();
    for (const uint32_t size : mib) {
        vm_config& vm = system->vms[system->vm_count++];
        vm.id = static_cast<uint8_t>(system->vm_count);
        vm.region_count = 1;
        vm.regions[0].base = gpa{0x40000000};
        vm.regions[0].size = size * MIB;
    }
    return system;
}

bool apart(memory_range a, memory_range b) {
    return a.base.value() + uint64_t{a.size} <= b.base.value() ||
           b.base.value() + uint64_t{b.size} <= a.base.value();
}

TEST(plan, regions_are_aligned_and_apart_from_everything) {
    board_config board = board_of(0x40000000, 64);
    board.image = {pa{0x42000000}, 3 * MIB + 5};
    board.reserved[board.reserved_count++] = {pa{0x40f00010}, 16};
    const memory_range own{pa{0x40000000}, 5 * MIB};
    const auto system = vms_of({8, 8, 20});
    ASSERT_TRUE(plan_memory(board, own, *system));
    for (uint32_t i = 0; i < 3; ++i) {
        const memory_region& region = system->vms[i].regions[0];
        const memory_range range{region.backing, region.size};
        EXPECT_EQ(region.backing.value() % MIB, 0u);
        EXPECT_GE(region.backing.value(), 0x40000000u);
        EXPECT_LE(region.backing.value() + region.size, 0x44000000u);
        EXPECT_TRUE(apart(range, own));
        EXPECT_TRUE(apart(range, board.image));
        EXPECT_TRUE(apart(range, board.reserved[0]));
        for (uint32_t j = 0; j < i; ++j) {
            const memory_region& other = system->vms[j].regions[0];
            EXPECT_TRUE(apart(range, {other.backing, other.size}));
        }
    }
}

TEST(plan, gives_devices_their_memory) {
    const board_config board = board_of(0x40000000, 64);
    const auto system = vms_of({8, 8});
    vm_config& vm = system->vms[0];
    vm.device_count = 3;
    vm.devices[0].kind = device_kind::block;
    vm.devices[0].blank = 5 * MIB;
    vm.devices[1].kind = device_kind::block;
    vm.devices[1].content.size = 3 * MIB; // copied on write: as much again
    vm.devices[2].kind = device_kind::block;
    vm.devices[2].content.size = 40 * MIB;
    vm.devices[2].read_only = true; // used in place
    ASSERT_TRUE(plan_memory(board, {}, *system));
    EXPECT_GE(vm.device_memory.size, 8 * MIB);
    EXPECT_LE(vm.device_memory.size, 9 * MIB);
    EXPECT_EQ(system->vms[1].device_memory.size, 0u);
    for (const vm_config& each : {system->vms[0], system->vms[1]}) {
        EXPECT_TRUE(apart(vm.device_memory, {each.regions[0].backing, each.regions[0].size}));
    }
    const auto again = vms_of({8});
    again->vms[0].device_count = 1;
    again->vms[0].devices[0].blank = 60 * MIB;
    const auto refused = plan_memory(board, {}, *again);
    ASSERT_FALSE(refused);
    EXPECT_STREQ(refused.error().where, "devices");
}

TEST(plan, says_whose_memory_does_not_fit_and_what_would) {
    const board_config board = board_of(0x60000000, 32);
    const memory_range own{pa{0x60000000}, 8 * MIB};
    const auto system = vms_of({16, 16});
    const auto planned = plan_memory(board, own, *system);
    ASSERT_FALSE(planned);
    EXPECT_EQ(planned.error().vm, 2);
    EXPECT_EQ(largest_free(board, own, *system), 8 * MIB);
}

TEST(plan, uses_the_last_megabyte_and_not_one_more) {
    const board_config board = board_of(0xfff00000, 0);
    EXPECT_FALSE(plan_memory(board, {}, *vms_of({1})));
    const board_config whole = board_of(0xf0000000, 255);
    EXPECT_TRUE(plan_memory(whole, {}, *vms_of({255})));
    EXPECT_FALSE(plan_memory(whole, {}, *vms_of({256})));
}

TEST(plan, takes_a_second_bank) {
    board_config board = board_of(0x10000000, 1);
    board.banks[board.bank_count++] = {pa{0x80080000}, 4 * MIB};
    const auto system = vms_of({3});
    ASSERT_TRUE(plan_memory(board, {}, *system));
    EXPECT_EQ(system->vms[0].regions[0].backing.value(), 0x80100000u);
}

bytes ram;
constexpr uint32_t RAM_AT = 0x50000000;
uint8_t* at(pa address) {
    return ram.data() + (address.value() - RAM_AT);
}

struct loading_test : testing::Test {
    void SetUp() override {
        image = pack_image(parts_of({sample_vm(1)}));
        ASSERT_TRUE(read_system(span(), *system));
        system->vms[0].regions[0].backing = pa{RAM_AT};
        ram.assign(2 * MIB, 0xee);
    }
    byte_span span() const { return {image.data(), static_cast<uint32_t>(image.size())}; }
    /// Steps to the end; how many they were stands in `steps`.
    Result<bool, refusal> load_all() {
        loading work{};
        for (steps = 1;; ++steps) {
            const auto done = work.step(span(), system->vms[0], at);
            if (!done || *done) {
                return done;
            }
        }
    }

    int steps = 0;
    bytes image;
    std::unique_ptr<system_config> system = std::make_unique<system_config>();
};

TEST_F(loading_test, copies_the_loads_and_zeroes_the_rest) {
    ASSERT_TRUE(load_all());
    EXPECT_GT(steps, 2 * 8 + 2) << "a batch at a time";
    for (uint32_t i = 0; i < ram.size(); ++i) {
        const bool kernel = i >= 0x8000 && i < 0x8000 + 5000;
        const bool tree = i >= 0x1ff000 && i < 0x1ff000 + 100;
        ASSERT_EQ(ram[i], kernel ? 0xaa : tree ? 0xbb : 0) << i;
    }
}

TEST_F(loading_test, refuses_an_image_that_changed_since_it_was_read) {
    image[system->vms[0].loads[1].source.offset + 3] ^= 1;
    const auto loaded = load_all();
    ASSERT_FALSE(loaded);
    EXPECT_STREQ(loaded.error().what, "SHA-256 differs");
    EXPECT_EQ(loaded.error().vm, 1);
}

} // namespace
} // namespace paravane::boot
