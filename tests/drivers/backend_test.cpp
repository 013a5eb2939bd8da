// SPDX-License-Identifier: BSD-2-Clause
// Front ends against back ends, through both transports: data moves whole, limits
// hold, a VM can be reset at any moment.
#include "backend/balloon.hpp"
#include "backend/console.hpp"
#include "backend/entropy.hpp"

#include "backend_vm.hpp"
#include "pvn_balloon.h"
#include "pvn_console.h"
#include "pvn_entropy.h"

#include <gmock/gmock.h>

#include <cstring>
#include <set>

namespace paravane::test {
namespace {

struct console_pair : both {
    std::string screen;
    backend::byte_sink sink{this, [](void* self, const uint8_t* bytes, uint32_t count) {
                                static_cast<console_pair*>(self)->screen.append(
                                    reinterpret_cast<const char*>(bytes), count);
                            }};
    backend::console device{vm.memory, vm.lines, sink};
    std::unique_ptr<plug> slot = make_plug(GetParam(), vm, device);
    pvn_console front{};
};
INSTANTIATE_TEST_SUITE_P(transports, console_pair, testing::Bool(), transport_name);

TEST_P(console_pair, carries_text_both_ways) {
    ASSERT_EQ(pvn_console_start(&front, slot->probe(), &front), PVN_OK);
    const std::string text(5000, 'x');
    EXPECT_EQ(pvn_console_send(&front, text.data(), text.size()), 5000);
    EXPECT_EQ(screen, text);
    char typed[10] = {};
    EXPECT_EQ(pvn_console_receive(&front, typed, sizeof(typed)), 0);
    slot->interrupts = 0;
    EXPECT_EQ(device.input(reinterpret_cast<const uint8_t*>("ls\n"), 3), 3u);
    EXPECT_EQ(slot->interrupts, 1);
    EXPECT_EQ(pvn_console_interrupt(&front), 1);
    EXPECT_EQ(pvn_console_receive(&front, typed, sizeof(typed)), 3);
    EXPECT_STREQ(typed, "ls\n");
}

TEST_P(console_pair, takes_no_more_input_than_there_is_room) {
    ASSERT_EQ(pvn_console_start(&front, slot->probe(), &front), PVN_OK);
    const std::string flood(10000, 'y');
    EXPECT_EQ(device.input(reinterpret_cast<const uint8_t*>(flood.data()), flood.size()),
              uint32_t{PVN_CONSOLE_BUFFERS * PVN_CONSOLE_BUFFER_BYTES});
    EXPECT_EQ(device.input(reinterpret_cast<const uint8_t*>(flood.data()), 1), 0u);
}

TEST_P(console_pair, prints_a_large_output_in_batches) {
    ASSERT_EQ(pvn_console_start(&front, slot->probe(), &front), PVN_OK);
    const pvn_segment part = {vm.os.memory(5000), 5000};
    std::memset(part.memory, 'z', 5000);
    ASSERT_EQ(pvn_queue_add(&front.transmit, &part, 1, 0, part.memory), PVN_OK);
    if (GetParam()) {
        EXPECT_EQ(static_cast<page_plug&>(*slot).transport().kick(PVN_CONSOLE_TX),
                  abi::status::success);
    } else {
        static_cast<mmio_plug&>(*slot).transport().store(PVN_MMIO_KICK, 4, PVN_CONSOLE_TX);
    }
    EXPECT_EQ(screen.size(), 512u) << "the other VMs' turn";
    EXPECT_EQ(finish_work(device), 9u);
    EXPECT_EQ(screen, std::string(5000, 'z'));
}

TEST_P(console_pair, limit_holds_output_back_until_time_has_passed) {
    device.limit = {100, 300, 300, 0};
    ASSERT_EQ(pvn_console_start(&front, slot->probe(), &front), PVN_OK);
    const std::string text(2000, 'x');
    EXPECT_EQ(pvn_console_send(&front, text.data(), text.size()), 2000);
    EXPECT_EQ(screen.size(), 512u) << "a burst of 300, the last request overdrawn";
    for (uint32_t now = 1; now < 30; now++) {
        device.tick(now);
        finish_work(device);
        EXPECT_LE(screen.size(), 300 + 100 * now + PVN_CONSOLE_BUFFER_BYTES) << now;
    }
    EXPECT_EQ(screen.size(), 2000u);
}

TEST_P(console_pair, limit_holds_for_a_text_that_is_one_request) {
    device.limit = {100, 300, 300, 0};
    ASSERT_EQ(pvn_console_start(&front, slot->probe(), &front), PVN_OK);
    const pvn_segment part = {vm.os.memory(20000), 20000};
    std::memset(part.memory, 'z', 20000);
    ASSERT_EQ(pvn_queue_add(&front.transmit, &part, 1, 0, part.memory), PVN_OK);
    pvn_queue_kick(&front.transmit);
    for (uint32_t now = 1; now < 210; now++) {
        device.tick(now);
        finish_work(device);
        EXPECT_LE(screen.size(), 300 + 100 * now + 512) << now;
        EXPECT_GE(screen.size() + 512, std::min(100 * now, 20000u)) << now;
    }
    EXPECT_EQ(screen, std::string(20000, 'z'));
    ASSERT_EQ(pvn_queue_add(&front.transmit, &part, 1, 0, part.memory), PVN_OK);
    pvn_queue_kick(&front.transmit);
    EXPECT_LE(screen.size(), 300 + 100 * 210 + 512) << "nothing was saved up";
}

TEST(chain_bytes, do_not_start_again_from_0) {
    backend::chain whole;
    whole.readable_bytes = 0xffffff00;
    whole.writable_bytes = 0x100;
    EXPECT_EQ(whole.bytes(), ~0u);
    whole.writable_bytes = 0xff;
    EXPECT_EQ(whole.bytes(), ~0u);
    whole.writable_bytes = 0;
    EXPECT_EQ(whole.bytes(), 0xffffff00);
}

TEST_P(console_pair, is_reset_at_any_moment_without_a_trace) {
    for (int i = 0; i < 20; i++) {
        ASSERT_EQ(pvn_console_start(&front, slot->probe(), &front), PVN_OK);
        ASSERT_EQ(pvn_console_send(&front, "ab", 2), 2);
        device.reset();
        EXPECT_EQ(device.input(reinterpret_cast<const uint8_t*>("x"), 1), 0u);
        EXPECT_EQ(device.status(), 0u);
    }
    EXPECT_EQ(screen.size(), 40u);
    EXPECT_TRUE(vm.log.empty());
}

TEST(device_ring, looks_again_after_asking_for_a_kick) {
    test_vm vm;
    auto* const memory = static_cast<uint8_t*>(vm.os.memory(16384, 4096));
    const uint64_t ram = vm.os.address_of(memory, 16384);
    backend::ring ring;
    ASSERT_TRUE(ring.start(vm.memory, {8, ram, ram + 4096, ram + 8192}, false, true));
    const pvn_desc part = {ram + 12288, 4, 0, 0};
    std::memcpy(memory, &part, sizeof part);
    backend::chain out;
    ASSERT_EQ(ring.take(out), backend::ring_fault::none);
    ASSERT_EQ(out.count, 0u);
    memory[4096 + 2] = 1; // offered between the look and the wish, so without a kick
    EXPECT_TRUE(ring.listen());
    ASSERT_EQ(ring.take(out), backend::ring_fault::none);
    EXPECT_EQ(out.count, 1u);
    EXPECT_FALSE(ring.listen());
    EXPECT_EQ(memory[8192 + 4 + 8 * 8], 1) << "the event index: kick for the next one";
}

TEST(mmio_registers, interrupt_again_while_a_reason_is_left) {
    test_vm vm;
    backend::byte_sink sink{nullptr, [](void*, const uint8_t*, uint32_t) {}};
    backend::console device{vm.memory, vm.lines, sink};
    mmio_plug slot{vm, device};
    slot.transport().interrupt(PVN_INTERRUPT_QUEUE);
    slot.transport().interrupt(PVN_INTERRUPT_CONFIG);
    ASSERT_EQ(slot.interrupts, 2);
    slot.transport().store(PVN_MMIO_INTERRUPT_ACKNOWLEDGE, 4, PVN_INTERRUPT_QUEUE);
    EXPECT_EQ(slot.interrupts, 3) << "the line is high still";
    EXPECT_EQ(slot.transport().load(PVN_MMIO_INTERRUPT_STATUS, 4), PVN_INTERRUPT_CONFIG);
    slot.transport().store(PVN_MMIO_INTERRUPT_ACKNOWLEDGE, 4, PVN_INTERRUPT_CONFIG);
    EXPECT_EQ(slot.interrupts, 3);
}

struct entropy_pair : both {
    uint32_t supply = 1000;
    backend::entropy_source source{this, [](void* self, uint8_t* bytes, uint32_t count) {
                                       auto& left = static_cast<entropy_pair*>(self)->supply;
                                       count = std::min(count, left);
                                       left -= count;
                                       std::memset(bytes, 0x5a, count);
                                       return count;
                                   }};
    backend::entropy device{vm.memory, vm.lines, source};
    std::unique_ptr<plug> slot = make_plug(GetParam(), vm, device);
};
INSTANTIATE_TEST_SUITE_P(transports, entropy_pair, testing::Bool(), transport_name);

TEST_P(entropy_pair, gives_a_little_at_a_time_and_waits_for_its_source) {
    pvn_entropy front{};
    static uint32_t filled;
    pvn_entropy_request request = {vm.os.memory(256), 256,
                                   [](pvn_entropy_request*, uint32_t n) { filled = n; }, nullptr};
    ASSERT_EQ(pvn_entropy_start(&front, slot->probe(), &front), PVN_OK);
    ASSERT_EQ(pvn_entropy_ask(&front, &request), PVN_OK);
    EXPECT_EQ(pvn_entropy_poll(&front), 1);
    EXPECT_EQ(filled, backend::entropy::MOST);
    EXPECT_EQ(static_cast<uint8_t*>(request.memory)[63], 0x5a);
    supply = 0;
    ASSERT_EQ(pvn_entropy_ask(&front, &request), PVN_OK);
    EXPECT_EQ(pvn_entropy_poll(&front), 0);
    supply = 5;
    device.refilled();
    EXPECT_EQ(pvn_entropy_poll(&front), 1);
    EXPECT_EQ(filled, 5u);
}

TEST_P(entropy_pair, gives_the_other_vms_their_turn) {
    pvn_device* const front = slot->probe();
    pvn_queue queue{};
    ASSERT_EQ(pvn_device_begin(front, PVN_KIND_ENTROPY, 0, 0), PVN_OK);
    ASSERT_EQ(pvn_queue_start(&queue, front, 0, 64, 0), PVN_OK);
    pvn_device_ready(front);
    const pvn_segment part = {vm.os.memory(4), 4};
    for (int i = 0; i < 40; ++i) {
        ASSERT_EQ(pvn_queue_add(&queue, &part, 0, 1, this), PVN_OK);
    }
    if (GetParam()) {
        static_cast<page_plug&>(*slot).transport().kick(0);
    } else {
        static_cast<mmio_plug&>(*slot).transport().store(PVN_MMIO_KICK, 4, 0);
    }
    EXPECT_EQ(supply, 1000u - 16 * 4) << "each costs 12,000 instructions of hashing";
    EXPECT_EQ(finish_work(device), 2u);
    EXPECT_EQ(supply, 1000u - 40 * 4);
}

struct balloon_pair : both {
    std::set<uint32_t> taken;
    backend::page_owner owner{
        this,
        [](void* self, uint32_t page) {
            return page < 500 && static_cast<balloon_pair*>(self)->taken.insert(page).second;
        },
        [](void* self, uint32_t page) {
            return static_cast<balloon_pair*>(self)->taken.erase(page) == 1;
        },
        [](void* self) { static_cast<balloon_pair*>(self)->taken.clear(); }};
    backend::balloon device{vm.memory, vm.lines, owner};
    std::unique_ptr<plug> slot = make_plug(GetParam(), vm, device);
    uint32_t next = 0;
    pvn_balloon_pages pages{this,
                            [](void* self, uint32_t* out, unsigned most) {
                                for (unsigned i = 0; i < most; i++) {
                                    out[i] = static_cast<balloon_pair*>(self)->next++;
                                }
                                return most;
                            },
                            [](void* self, uint32_t* out, unsigned most) {
                                for (unsigned i = 0; i < most; i++) {
                                    out[i] = --static_cast<balloon_pair*>(self)->next;
                                }
                                return most;
                            },
                            [](void*, const uint32_t*, unsigned) {}};
    pvn_balloon front{};
};
INSTANTIATE_TEST_SUITE_P(transports, balloon_pair, testing::Bool(), transport_name);

TEST_P(balloon_pair, follows_the_target) {
    front.pages = &pages;
    ASSERT_EQ(pvn_balloon_start(&front, slot->probe(), &front), PVN_OK);
    for (const uint32_t target : {300u, 20u, 499u, 0u}) {
        device.set_target(target);
        EXPECT_EQ(pvn_balloon_interrupt(&front), 1);
        while (pvn_balloon_poll(&front) > 0) {
        }
        EXPECT_EQ(taken.size(), target);
        EXPECT_EQ(device.actual(), target);
    }
    device.set_target(600);
    for (int i = 0; i < 10; i++) {
        pvn_balloon_poll(&front);
    }
    EXPECT_THAT(vm.log, testing::ElementsAre("balloon: page that cannot be moved"));
}

TEST_P(balloon_pair, moves_a_long_list_in_batches) {
    front.pages = &pages;
    ASSERT_EQ(pvn_balloon_start(&front, slot->probe(), &front), PVN_OK);
    const pvn_segment lists[2] = {{vm.os.memory(400), 400}, {vm.os.memory(1200), 1200}};
    for (uint32_t page = 0; page < 400; ++page) { // the first list ends within the second part
        void* const list = lists[page < 100 ? 0 : 1].memory;
        std::memcpy(static_cast<char*>(list) + 4 * (page < 100 ? page : page - 100), &page, 4);
    }
    ASSERT_EQ(pvn_queue_add(&front.inflate, lists, 2, 0, this), PVN_OK);
    if (GetParam()) {
        EXPECT_EQ(static_cast<page_plug&>(*slot).transport().kick(PVN_BALLOON_INFLATE),
                  abi::status::success);
    } else {
        static_cast<mmio_plug&>(*slot).transport().store(PVN_MMIO_KICK, 4, PVN_BALLOON_INFLATE);
    }
    EXPECT_EQ(taken.size(), 32u) << "128 KiB to clear, then the other VMs' turn";
    device.go_on();
    EXPECT_EQ(taken.size(), 64u);
    device.reset();
    EXPECT_TRUE(taken.empty());
    ASSERT_EQ(pvn_balloon_start(&front, slot->probe(), &front), PVN_OK);
    ASSERT_EQ(pvn_queue_add(&front.inflate, lists, 2, 0, this), PVN_OK);
    pvn_queue_kick(&front.inflate);
    finish_work(device);
    EXPECT_EQ(taken.size(), 400u) << "from its beginning";
    EXPECT_TRUE(vm.log.empty());
}

/// The state machine of a device, which only the page transport shows call by call.
struct page_calls : testing::Test {
    test_vm vm;
    backend::byte_sink sink{nullptr, [](void*, const uint8_t*, uint32_t) {}};
    backend::console device{vm.memory, vm.lines, sink};
    page_plug slot{vm, device};

    abi::status status(uint32_t value, uint64_t features = PVN_FEATURE(PVN_F_VERSION_1)) {
        slot.page().driver_status = value;
        slot.page().driver_features = features;
        return slot.transport().config(uint32_t(abi::device_op::set_status), 0);
    }
    abi::status enable(uint32_t queue, abi::device_queue words) {
        if (queue < 16) {
            words.size_max = 256;
            slot.page().queues[queue] = words;
        }
        return slot.transport().config(uint32_t(abi::device_op::enable_queue), queue);
    }
};

TEST_F(page_calls, refuse_what_is_out_of_order_or_out_of_range) {
    const uint64_t ram = vm.os.address_of(vm.os.memory(16384, 4096), 1);
    const abi::device_queue good{0, 16, 0, ram, ram + 4096, ram + 8192};
    EXPECT_EQ(slot.transport().kick(0), abi::status::bad_state);
    EXPECT_EQ(slot.transport().kick(2), abi::status::invalid_parameter);
    EXPECT_EQ(slot.transport().config(99, 0), abi::status::invalid_parameter);
    EXPECT_EQ(enable(0, good), abi::status::bad_state) << "before FEATURES_OK";
    EXPECT_EQ(status(3), abi::status::success);
    EXPECT_EQ(status(1), abi::status::bad_state) << "a bit was cleared";
    EXPECT_EQ(status(7), abi::status::bad_state) << "DRIVER_OK before FEATURES_OK";
    EXPECT_EQ(status(11, PVN_FEATURE(PVN_F_VERSION_1) | PVN_FEATURE(50)), abi::status::success);
    EXPECT_EQ(slot.page().status, 3u) << "features that were not offered";
    EXPECT_EQ(status(11, 0), abi::status::success);
    EXPECT_EQ(slot.page().status, 3u) << "a driver of the draft";
    EXPECT_EQ(status(11), abi::status::success);
    EXPECT_EQ(slot.page().status, 11u);

    EXPECT_EQ(enable(2, good), abi::status::invalid_parameter);
    EXPECT_EQ(enable(99, good), abi::status::invalid_parameter);
    for (abi::device_queue bad :
         {abi::device_queue{0, 0, 0, ram, ram + 4096, ram + 8192},
          abi::device_queue{0, 12, 0, ram, ram + 4096, ram + 8192},
          abi::device_queue{0, 512, 0, ram, ram + 4096, ram + 8192},
          abi::device_queue{0, 16, 0, ram + 8, ram + 4096, ram + 8192},
          abi::device_queue{0, 16, 0, ram, ram + 4097, ram + 8192},
          abi::device_queue{0, 16, 0, ram, ram + 4096, ram + 8194},
          abi::device_queue{0, 16, 0, 0, ram + 4096, ram + 8192},
          abi::device_queue{0, 16, 0, ram, ram + 4096, ram + 16384 - 16},
          abi::device_queue{0, 16, 0, ~0ull - 15, ram + 4096, ram + 8192}}) {
        EXPECT_EQ(enable(0, bad), abi::status::bad_address);
    }
    EXPECT_EQ(enable(0, good), abi::status::success);
    EXPECT_EQ(slot.page().queues[0].enabled, 1u);
    EXPECT_EQ(enable(0, good), abi::status::bad_state) << "twice";
    EXPECT_EQ(status(15), abi::status::success);
    EXPECT_EQ(slot.transport().kick(0), abi::status::success);
    EXPECT_EQ(slot.transport().kick(1), abi::status::bad_state) << "not enabled";
    EXPECT_EQ(enable(1, good), abi::status::bad_state) << "after DRIVER_OK";
    EXPECT_EQ(slot.transport().config(3, 0 | 4 << 16), abi::status::invalid_parameter);
    EXPECT_EQ(slot.transport().config(3, 0xffff | 0xffffu << 16), abi::status::invalid_parameter);
    EXPECT_EQ(slot.transport().config(0, 0), abi::status::success);
    EXPECT_EQ(slot.page().status, 0u);
    EXPECT_EQ(slot.page().queues[0].enabled, 0u);
}

TEST(page_driver, reads_around_a_configuration_that_is_being_changed) {
    test_vm vm;
    backend::byte_sink sink{nullptr, [](void*, const uint8_t*, uint32_t) {}};
    backend::console device{vm.memory, vm.lines, sink};
    page_plug slot{vm, device};
    pvn_device* front = slot.probe();
    uint32_t field = 0;
    slot.page().generation = 3;
    EXPECT_EQ(pvn_device_fields(front, 0, 4, 1, &field), PVN_BROKEN) << "odd: never settled";
}

} // namespace
} // namespace paravane::test
