// SPDX-License-Identifier: BSD-2-Clause
// A VM's devices made from its description: each reached as a guest reaches it, by
// service call or by the window of registers, and what a guest must not reach.
#include "backend/vm_devices.hpp"

#include "backend_vm.hpp"
#include "pvn_block.h"
#include "pvn_entropy.h"

#include <cstring>

namespace paravane::test {
namespace {

using boot::device_kind;
using boot::device_transport;

struct vm_board : testing::Test {
    vm_board() {
        config.id = 3;
        for (uint32_t i = 0; i < IMAGE; i++) {
            image[i] = static_cast<uint8_t>(i * 7);
        }
    }

    boot::device_config& add(device_kind kind, device_transport transport) {
        boot::device_config& one = config.devices[config.device_count++];
        one.kind = kind;
        one.transport = transport;
        return one;
    }

    const char* build(uint32_t bytes = sizeof(heap)) {
        backend::arena from{reinterpret_cast<uint8_t*>(heap), bytes};
        return devices.build(config, reinterpret_cast<uint8_t*>(pages), from);
    }

    pvn_device* by_page(uint32_t index) {
        EXPECT_EQ(pvn_paravane_probe(&front, &calls,
                                     reinterpret_cast<pvn_device_page*>(&pages[index]), index,
                                     vm.os.table()),
                  PVN_OK);
        return &front.device;
    }

    pvn_device* by_registers(uint32_t index) {
        static constexpr pvn_mmio_bus BUS = {
            [](void* at, pvn_u32 offset, unsigned width) {
                const auto& place = *static_cast<window*>(at);
                uint32_t value = 0;
                EXPECT_TRUE(place.devices->load(place.offset + offset, width, value));
                return value;
            },
            [](void* at, pvn_u32 offset, unsigned width, pvn_u32 value) {
                const auto& place = *static_cast<window*>(at);
                EXPECT_TRUE(place.devices->store(place.offset + offset, width, value));
            }};
        where = {&devices, index * 4096};
        EXPECT_EQ(pvn_mmio_probe(&registers, &BUS, &where, vm.os.table()), PVN_OK);
        return &registers.device;
    }

    /// One sector of a disk, read or written.
    int sector(pvn_device* device, uint32_t operation, void* memory) {
        pvn_block disk{};
        static int status;
        const pvn_segment part = {memory, 512};
        pvn_block_request request = {
            operation, 1, &part, 1, [](pvn_block_request*, int result) { status = result; },
            nullptr};
        status = 1;
        EXPECT_EQ(pvn_block_start(&disk, device, nullptr), PVN_OK);
        if (const int refused = pvn_block_submit(&disk, &request)) {
            return refused;
        }
        pvn_block_kick(&disk);
        pvn_block_poll(&disk);
        return status;
    }

    struct window {
        backend::vm_devices* devices;
        uint32_t offset;
    };

    static constexpr uint32_t IMAGE = 65536;
    test_vm vm;
    boot::vm_config config{};
    uint8_t image[IMAGE];
    uint32_t printed = 0;
    backend::byte_sink sink{&printed, [](void* bytes, const uint8_t*, uint32_t count) {
                                *static_cast<uint32_t*>(bytes) += count;
                            }};
    backend::entropy_source random{nullptr, [](void*, uint8_t* bytes, uint32_t count) {
                                       std::memset(bytes, 9, count);
                                       return count;
                                   }};
    backend::page_owner owner{nullptr, [](void*, uint32_t) { return true; },
                              [](void*, uint32_t) { return true; }, [](void*) {}};
    backend::net_switch segments[2];
    backend::vsock_exchange exchange;
    uint64_t raised = 0;
    backend::surroundings around{
        image,
        sink,
        random,
        owner,
        segments,
        2,
        exchange,
        [](void* self, uint32_t source) { static_cast<vm_board*>(self)->raised |= 1ull << source; },
        [](void* self, bool until_time) {
            auto& all = static_cast<vm_board*>(self)->devices;
            (until_time ? all.waiting : all.busy) = true;
        },
        this};
    backend::vm_devices devices{vm.memory, vm.lines, around};
    abi::device_page pages[boot::MAX_DEVICES]{};
    uint64_t heap[16384]{};
    static pvn_s32 finished(void* self, abi::status status) {
        auto& devices = static_cast<vm_board*>(self)->devices;
        while (devices.busy) {
            devices.work();
        }
        return static_cast<pvn_s32>(status);
    }
    pvn_paravane front{};
    pvn_paravane_calls calls{
        [](void* self, pvn_u32 device, pvn_u32 queue) {
            return finished(self, static_cast<vm_board*>(self)->devices.kick(device, queue));
        },
        [](void* self, pvn_u32 device, pvn_u32 operation, pvn_u32 argument) {
            return finished(
                self, static_cast<vm_board*>(self)->devices.configure(device, operation, argument));
        },
        this};
    pvn_mmio registers{};
    window where{};
};

TEST_F(vm_board, holds_one_of_each_kind) {
    add(device_kind::console, device_transport::shared_page);
    add(device_kind::block, device_transport::mmio).blank = 8192;
    add(device_kind::net, device_transport::shared_page).link = 1;
    add(device_kind::entropy, device_transport::shared_page);
    add(device_kind::vsock, device_transport::mmio).link = 3;
    add(device_kind::balloon, device_transport::mmio).link = 12;
    ASSERT_EQ(build(), nullptr);
    EXPECT_FALSE(devices.input('x')) << "no driver listens on the console yet";
    uint32_t wanted = 0;
    EXPECT_TRUE(devices.load(5 * 4096 + PVN_MMIO_CONFIG, 4, wanted));
    EXPECT_EQ(wanted, 12u) << "what the balloon should hold";
    EXPECT_EQ(pages[2].device_id, PVN_KIND_NET);
    EXPECT_EQ(pages[2].irq_source, uint32_t(abi::irq_source::device_first) + 2);
    EXPECT_EQ(pages[1].magic, 0u) << "behind registers there is no page";

    pvn_entropy source{};
    static uint32_t filled;
    pvn_entropy_request request = {vm.os.memory(16), 16,
                                   [](pvn_entropy_request*, uint32_t n) { filled = n; }, nullptr};
    ASSERT_EQ(pvn_entropy_start(&source, by_page(3), nullptr), PVN_OK);
    ASSERT_EQ(pvn_entropy_ask(&source, &request), PVN_OK);
    EXPECT_EQ(raised, 1ull << (uint32_t(abi::irq_source::device_first) + 3));
    EXPECT_EQ(pvn_entropy_poll(&source), 1);
    EXPECT_EQ(filled, 16u);

    raised = 0;
    void* memory = vm.os.memory(512);
    std::memset(memory, 0x42, 512);
    EXPECT_EQ(sector(by_registers(1), PVN_BLOCK_WRITE, memory), PVN_OK);
    EXPECT_EQ(raised, 1ull << (uint32_t(abi::irq_source::device_first) + 1));
    std::memset(memory, 0, 512);
    EXPECT_EQ(sector(by_registers(1), PVN_BLOCK_READ, memory), PVN_OK);
    EXPECT_EQ(static_cast<uint8_t*>(memory)[511], 0x42);
    EXPECT_TRUE(devices.quiet());
    devices.reset();
    EXPECT_EQ(pages[3].status, 0u);
}

TEST_F(vm_board, gives_disks_their_payload) {
    for (const bool read_only : {true, false}) {
        boot::device_config& disk = add(device_kind::block, device_transport::shared_page);
        disk.read_only = read_only;
        disk.content = {4096, 2048, {}};
    }
    ASSERT_EQ(build(), nullptr);
    auto* memory = static_cast<uint8_t*>(vm.os.memory(512));
    for (uint32_t i = 0; i < 2; i++) {
        ASSERT_EQ(sector(by_page(i), PVN_BLOCK_READ, memory), PVN_OK);
        EXPECT_EQ(std::memcmp(memory, image + 4096 + 512, 512), 0);
    }
    std::memset(memory, 1, 512);
    EXPECT_EQ(sector(by_page(0), PVN_BLOCK_WRITE, memory), PVN_REFUSED);
    EXPECT_EQ(sector(by_page(1), PVN_BLOCK_WRITE, memory), PVN_OK);
    std::memset(memory, 0, 512);
    EXPECT_EQ(sector(by_page(1), PVN_BLOCK_READ, memory), PVN_OK);
    EXPECT_EQ(memory[0], 1);
    EXPECT_EQ(image[4096 + 512], uint8_t((4096 + 512) * 7)) << "the payload itself is unchanged";
}

TEST_F(vm_board, holds_a_device_to_its_rate) {
    add(device_kind::entropy, device_transport::shared_page).rate = 1; // 40 bytes at once
    ASSERT_EQ(build(), nullptr);
    pvn_entropy source{};
    static uint32_t served;
    served = 0;
    pvn_entropy_request requests[4];
    ASSERT_EQ(pvn_entropy_start(&source, by_page(0), nullptr), PVN_OK);
    for (auto& request : requests) {
        request = {vm.os.memory(16), 16, [](pvn_entropy_request*, uint32_t) { served++; }, nullptr};
        ASSERT_EQ(pvn_entropy_ask(&source, &request), PVN_OK);
    }
    pvn_entropy_poll(&source);
    EXPECT_EQ(served, 3u) << "the last one is overdrawn";
    EXPECT_TRUE(devices.waiting);
    devices.tick(10);
    EXPECT_TRUE(devices.busy);
    devices.work();
    pvn_entropy_poll(&source);
    EXPECT_EQ(served, 4u);
    EXPECT_FALSE(devices.waiting);
}

TEST_F(vm_board, gives_others_their_turn_after_each_devices_batch) {
    constexpr uint32_t CONSOLES = 4, BYTES = 2000;
    for (uint32_t i = 0; i < CONSOLES; i++) {
        add(device_kind::console, device_transport::shared_page);
    }
    ASSERT_EQ(build(), nullptr);
    pvn_paravane fronts[CONSOLES]{};
    pvn_queue queues[CONSOLES]{};
    const pvn_segment text = {vm.os.memory(BYTES), BYTES};
    calls.kick = [](void* self, pvn_u32 device, pvn_u32 queue) {
        return static_cast<pvn_s32>(static_cast<vm_board*>(self)->devices.kick(device, queue));
    };
    for (uint32_t i = 0; i < CONSOLES; i++) {
        ASSERT_EQ(pvn_paravane_probe(&fronts[i], &calls,
                                     reinterpret_cast<pvn_device_page*>(&pages[i]), i,
                                     vm.os.table()),
                  PVN_OK);
        ASSERT_EQ(pvn_device_begin(&fronts[i].device, PVN_KIND_CONSOLE, 0, 0), PVN_OK);
        ASSERT_EQ(pvn_queue_start(&queues[i], &fronts[i].device, PVN_CONSOLE_TX, 4, 0), PVN_OK);
        pvn_device_ready(&fronts[i].device);
    }
    for (uint32_t i = 0; i < CONSOLES; i++) {
        ASSERT_EQ(pvn_queue_add(&queues[i], &text, 1, 0, this), PVN_OK);
        pvn_queue_kick(&queues[i]);
    }
    EXPECT_EQ(printed, CONSOLES * 512u);
    for (uint32_t before = printed, batches = 0; devices.busy; before = printed) {
        devices.work();
        EXPECT_LE(printed - before, 512u);
        if (++batches == CONSOLES) {
            EXPECT_EQ(printed, 2 * CONSOLES * 512u) << "each had a turn";
        }
        ASSERT_LT(batches, 100u);
    }
    EXPECT_EQ(printed, CONSOLES * BYTES);
}

TEST_F(vm_board, refuses_numbers_that_name_nothing) {
    add(device_kind::console, device_transport::shared_page);
    add(device_kind::console, device_transport::mmio);
    ASSERT_EQ(build(), nullptr);
    uint32_t value = 0;
    for (const uint32_t index : {1u, 2u, 8u, 0xffffffffu}) {
        EXPECT_EQ(devices.kick(index, 0), abi::status::invalid_parameter);
        EXPECT_EQ(devices.configure(index, 0, 0), abi::status::invalid_parameter);
    }
    for (const uint32_t offset : {0u, 4095u, 8192u, 0xfffffffcu}) {
        EXPECT_FALSE(devices.load(offset, 4, value)) << offset;
        EXPECT_FALSE(devices.store(offset, 4, 0)) << offset;
    }
    EXPECT_TRUE(devices.load(4096, 4, value));
    EXPECT_EQ(value, PVN_MMIO_MAGIC_VALUE);
}

TEST_F(vm_board, says_so_when_memory_is_short) {
    add(device_kind::block, device_transport::mmio).blank = 1 << 20;
    EXPECT_NE(build(), nullptr);
}

TEST_F(vm_board, says_so_when_not_even_a_device_fits) {
    add(device_kind::console, device_transport::mmio);
    EXPECT_NE(build(16), nullptr);
}

TEST_F(vm_board, says_so_when_a_segment_is_unknown) {
    add(device_kind::net, device_transport::mmio).link = 2;
    EXPECT_NE(build(), nullptr);
}

TEST_F(vm_board, says_so_when_a_socket_number_is_taken) {
    add(device_kind::vsock, device_transport::mmio).link = 5;
    add(device_kind::vsock, device_transport::mmio).link = 5;
    EXPECT_NE(build(), nullptr);
}

} // namespace
} // namespace paravane::test
