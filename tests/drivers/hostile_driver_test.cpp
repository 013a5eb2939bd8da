// SPDX-License-Identifier: BSD-2-Clause
// A driver that breaks the standard in each way it can: the device is stopped for
// that VM alone, with one line in the log, and works again after a reset.
#include "backend/console.hpp"

#include "backend_vm.hpp"
#include "pvn_wire.h"

#include <gmock/gmock.h>

#include <cstring>

namespace paravane::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr uint64_t ALL =
    PVN_FEATURE(PVN_F_VERSION_1) | PVN_FEATURE(PVN_F_INDIRECT) | PVN_FEATURE(PVN_F_EVENT_INDEX);

struct hostile_driver : testing::Test {
    hostile_driver() { start(ALL); }

    void start(uint64_t features) {
        slot.transport().config(uint32_t(abi::device_op::reset), 0);
        std::memset(memory, 0, 16384);
        set_status(3, features);
        set_status(11, features);
        for (unsigned q = 0; q < 2; q++) {
            abi::device_queue& words = slot.page().queues[q];
            words.size = SIZE;
            words.descriptors = ram;
            words.driver = ram + 4096;
            words.device = ram + 8192;
        }
        ASSERT_EQ(slot.transport().config(uint32_t(abi::device_op::enable_queue), PVN_CONSOLE_TX),
                  abi::status::success);
        set_status(15, features);
        ASSERT_EQ(slot.page().status, 15u);
        published = 0;
    }

    void set_status(uint32_t value, uint64_t features) {
        slot.page().driver_status = value;
        slot.page().driver_features = features;
        slot.transport().config(uint32_t(abi::device_op::set_status), 0);
    }

    pvn_desc& desc(unsigned i) { return reinterpret_cast<pvn_desc*>(memory)[i]; }
    uint16_t* avail() { return reinterpret_cast<uint16_t*>(memory + 4096); }
    uint16_t used_index() { return reinterpret_cast<uint16_t*>(memory + 8192)[1]; }

    abi::status offer(uint16_t head) {
        avail()[2 + published % SIZE] = head;
        avail()[1] = ++published;
        return slot.transport().kick(PVN_CONSOLE_TX);
    }

    void expect_broken(const char* why) {
        EXPECT_TRUE(slot.page().status & PVN_STATUS_NEEDS_RESET);
        EXPECT_THAT(vm.log, ElementsAre(HasSubstr(why)));
        EXPECT_EQ(slot.interrupts, 1);
        EXPECT_EQ(slot.transport().kick(PVN_CONSOLE_TX), abi::status::bad_state);
        EXPECT_EQ(screen, "");
        EXPECT_EQ(used_index(), 0u) << "nothing was given back";
        start(ALL);
        std::memcpy(memory + DATA, "fine", 4);
        desc(0) = {ram + DATA, 4, 0, 0};
        EXPECT_EQ(offer(0), abi::status::success);
        EXPECT_EQ(screen, "fine");
    }

    static constexpr uint16_t SIZE = 8;
    static constexpr uint32_t DATA = 12288;
    test_vm vm;
    std::string screen;
    backend::byte_sink sink{this, [](void* self, const uint8_t* bytes, uint32_t count) {
                                static_cast<hostile_driver*>(self)->screen.append(
                                    reinterpret_cast<const char*>(bytes), count);
                            }};
    backend::console device{vm.memory, vm.lines, sink};
    page_plug slot{vm, device};
    uint8_t* memory = static_cast<uint8_t*>(vm.os.memory(16384, 4096));
    uint64_t ram = vm.os.address_of(memory, 16384);
    uint16_t published = 0;
};

TEST_F(hostile_driver, head_out_of_range) {
    offer(SIZE);
    expect_broken("number out of range");
}

TEST_F(hostile_driver, next_out_of_range) {
    desc(0) = {ram + DATA, 4, PVN_DESC_NEXT, 300};
    offer(0);
    expect_broken("number out of range");
}

TEST_F(hostile_driver, chain_that_loops) {
    desc(0) = {ram + DATA, 4, PVN_DESC_NEXT, 1};
    desc(1) = {ram + DATA, 4, PVN_DESC_NEXT, 0};
    offer(0);
    expect_broken("loops");
}

TEST_F(hostile_driver, chain_that_names_itself) {
    desc(3) = {ram + DATA, 4, PVN_DESC_NEXT, 3};
    offer(3);
    expect_broken("loops");
}

TEST_F(hostile_driver, available_index_that_jumps) {
    avail()[1] = SIZE + 1;
    slot.transport().kick(PVN_CONSOLE_TX);
    expect_broken("runs ahead");
}

TEST_F(hostile_driver, available_index_that_runs_backwards) {
    avail()[1] = 0xffff;
    slot.transport().kick(PVN_CONSOLE_TX);
    expect_broken("runs ahead");
}

struct bad_descriptor {
    const char* name;
    int64_t address; // from the start of the VM's memory
    uint32_t bytes;
    uint16_t flags;
    const char* why;
};

struct descriptors : hostile_driver, testing::WithParamInterface<bad_descriptor> {};

TEST_P(descriptors, are_refused) {
    const bad_descriptor& bad = GetParam();
    desc(0) = {ram + bad.address, bad.bytes, bad.flags, 0};
    offer(0);
    expect_broken(bad.why);
}

constexpr int64_t TOP = -0x40000000 - 16; // the last 16 bytes of 64

INSTANTIATE_TEST_SUITE_P(
    all, descriptors,
    testing::Values(bad_descriptor{"empty", 12288, 0, 0, "empty"},
                    bad_descriptor{"before_memory", -4, 8, 0, "outside"},
                    bad_descriptor{"across_the_end", 16380, 8, 0, "outside"},
                    bad_descriptor{"behind_memory", 16384, 1, 0, "outside"},
                    bad_descriptor{"all_of_32_bits", 0, 0xffffffff, 0, "outside"},
                    bad_descriptor{"above_4_GiB", 0x100000000, 8, 0, "outside"},
                    bad_descriptor{"wrapping_64_bits", TOP, 0x20, 0, "outside"},
                    bad_descriptor{"covers_descriptors", 0, 16, PVN_DESC_WRITE, "covers the ring"},
                    bad_descriptor{"covers_available", 4096, 4, PVN_DESC_WRITE, "covers the ring"},
                    bad_descriptor{"covers_used", 8100, 200, PVN_DESC_WRITE, "covers the ring"},
                    bad_descriptor{"indirect_empty", 12288, 0, PVN_DESC_INDIRECT, "indirect"},
                    bad_descriptor{"indirect_odd_size", 12288, 17, PVN_DESC_INDIRECT, "indirect"},
                    bad_descriptor{"indirect_chained", 12288, 16, PVN_DESC_INDIRECT | PVN_DESC_NEXT,
                                   "indirect"},
                    bad_descriptor{"indirect_unaligned", 12289, 16, PVN_DESC_INDIRECT, "indirect"},
                    bad_descriptor{"indirect_huge", 0, 16 * 40000, PVN_DESC_INDIRECT, "indirect"},
                    bad_descriptor{"indirect_outside", 16384, 16, PVN_DESC_INDIRECT, "outside"}),
    [](const auto& info) { return std::string{info.param.name}; });

TEST_F(hostile_driver, indirect_inside_indirect) {
    desc(0) = {ram + DATA, 16, PVN_DESC_INDIRECT, 0};
    const pvn_desc inner = {ram + DATA, 16, PVN_DESC_INDIRECT, 0};
    std::memcpy(memory + DATA, &inner, sizeof(inner));
    offer(0);
    expect_broken("indirect");
}

TEST_F(hostile_driver, indirect_table_that_is_the_ring_itself) {
    desc(0) = {ram, 16, PVN_DESC_INDIRECT, 0};
    offer(0);
    expect_broken("indirect");
}

TEST_F(hostile_driver, indirect_that_was_not_agreed) {
    start(PVN_FEATURE(PVN_F_VERSION_1));
    desc(0) = {ram + DATA, 16, PVN_DESC_INDIRECT, 0};
    offer(0);
    expect_broken("indirect");
}

TEST_F(hostile_driver, indirect_chain_longer_than_its_table) {
    desc(0) = {ram + DATA, 32, PVN_DESC_INDIRECT, 0};
    const pvn_desc inner[2] = {{ram, 1, PVN_DESC_NEXT, 1}, {ram, 1, PVN_DESC_NEXT, 2}};
    std::memcpy(memory + DATA, inner, sizeof(inner));
    offer(0);
    expect_broken("loops");
}

TEST_F(hostile_driver, more_segments_than_anyone_needs) {
    desc(0) = {ram + DATA, 16 * 40, PVN_DESC_INDIRECT, 0};
    for (uint16_t i = 0; i < 40; i++) {
        const pvn_desc inner = {ram, 1, PVN_DESC_NEXT, uint16_t(i + 1)};
        std::memcpy(memory + DATA + 16 * i, &inner, sizeof(inner));
    }
    offer(0);
    expect_broken("too long");
}

TEST_F(hostile_driver, readable_after_writable) {
    desc(0) = {ram + DATA, 4, PVN_DESC_WRITE | PVN_DESC_NEXT, 1};
    desc(1) = {ram + DATA, 4, 0, 0};
    offer(0);
    expect_broken("readable descriptor after");
}

TEST_F(hostile_driver, direct_descriptors_before_an_indirect_one_are_fine) {
    desc(0) = {ram + DATA, 2, PVN_DESC_NEXT, 1};
    desc(1) = {ram + DATA + 64, 16, PVN_DESC_INDIRECT, 0};
    const pvn_desc inner = {ram + DATA + 2, 2, 0, 0};
    std::memcpy(memory + DATA, "abcd", 4);
    std::memcpy(memory + DATA + 64, &inner, sizeof(inner));
    offer(0);
    EXPECT_EQ(screen, "abcd");
    EXPECT_EQ(used_index(), 1u);
}

} // namespace
} // namespace paravane::test
