// SPDX-License-Identifier: BSD-2-Clause
// Feature negotiation for virtio 1.2 and legacy, and a device that breaks the
// standard in every way that a driver can notice.
#include "pvn_device.h"

#include "fake_device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace paravane::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr uint64_t EVENTS = PVN_FEATURE(PVN_F_EVENT_INDEX);
constexpr uint64_t INDIRECT = PVN_FEATURE(PVN_F_INDIRECT);

struct device : testing::Test {
    int probe() { return pvn_mmio_probe(&mmio, fake_device::bus(), &fake, os.table()); }
    int begin(uint64_t wanted = 0, uint64_t required = 0) {
        return pvn_device_begin(&mmio.device, PVN_KIND_ENTROPY, wanted, required);
    }

    fake_os os;
    fake_device fake{os, PVN_KIND_ENTROPY, 1, EVENTS | INDIRECT | PVN_FEATURE(5)};
    pvn_mmio mmio{};
};

TEST_F(device, agrees_on_what_both_sides_know) {
    ASSERT_EQ(probe(), PVN_OK);
    ASSERT_EQ(begin(PVN_FEATURE(5) | PVN_FEATURE(6)), PVN_OK);
    EXPECT_EQ(fake.accepted, EVENTS | INDIRECT | PVN_FEATURE(5) | PVN_FEATURE(PVN_F_VERSION_1));
    EXPECT_EQ(fake.status, PVN_STATUS_ACKNOWLEDGE | PVN_STATUS_DRIVER | PVN_STATUS_FEATURES_OK);
    pvn_device_ready(&mmio.device);
    EXPECT_TRUE(fake.status & PVN_STATUS_DRIVER_OK);
}

TEST_F(device, is_refused_when_a_required_feature_is_missing) {
    ASSERT_EQ(probe(), PVN_OK);
    EXPECT_EQ(begin(0, PVN_FEATURE(7)), PVN_REFUSED);
    EXPECT_EQ(fake.status, PVN_STATUS_ACKNOWLEDGE | PVN_STATUS_DRIVER | PVN_STATUS_FAILED);
}

TEST_F(device, is_refused_when_it_is_of_another_kind) {
    fake.kind = PVN_KIND_BLOCK;
    ASSERT_EQ(probe(), PVN_OK);
    EXPECT_EQ(begin(), PVN_REFUSED);
    EXPECT_EQ(fake.status, 0u);
}

TEST_F(device, is_refused_when_version_2_hides_version_1) {
    fake.offered = EVENTS;
    ASSERT_EQ(probe(), PVN_OK);
    EXPECT_EQ(begin(), PVN_REFUSED);
}

TEST_F(device, is_refused_when_it_declines_the_features) {
    fake.declines_features = true;
    ASSERT_EQ(probe(), PVN_OK);
    EXPECT_EQ(begin(), PVN_REFUSED);
    EXPECT_TRUE(fake.status & PVN_STATUS_FAILED);
}

TEST_F(device, is_not_found_behind_a_wrong_magic_an_unknown_version_or_an_empty_slot) {
    fake.magic = 1;
    EXPECT_EQ(probe(), PVN_REFUSED);
    fake.magic = PVN_MMIO_MAGIC_VALUE;
    fake.version = 3;
    EXPECT_EQ(probe(), PVN_REFUSED);
    fake.version = 2;
    fake.kind = 0;
    EXPECT_EQ(probe(), PVN_REFUSED);
}

TEST_F(device, breaks_when_the_reset_never_ends) {
    fake.never_resets = true;
    ASSERT_EQ(probe(), PVN_OK);
    EXPECT_EQ(begin(), PVN_BROKEN);
    EXPECT_THAT(os.log, ElementsAre(HasSubstr("reset")));
}

TEST_F(device, breaks_when_its_configuration_never_settles) {
    ASSERT_EQ(probe(), PVN_OK);
    ASSERT_EQ(begin(), PVN_OK);
    fake.config[4] = 7;
    pvn_u32 fields[2] = {};
    ASSERT_EQ(pvn_device_fields(&mmio.device, 0, 4, 2, fields), PVN_OK);
    EXPECT_THAT(fields, ElementsAre(0, 7));
    fake.config_restless = true;
    EXPECT_EQ(pvn_device_fields(&mmio.device, 0, 4, 2, fields), PVN_BROKEN);
}

TEST_F(device, breaks_when_it_asks_for_a_reset_and_works_again_after_one) {
    ASSERT_EQ(probe(), PVN_OK);
    ASSERT_EQ(begin(), PVN_OK);
    fake.status |= PVN_STATUS_NEEDS_RESET;
    fake.pending = PVN_INTERRUPT_CONFIG;
    EXPECT_EQ(pvn_device_interrupts(&mmio.device), PVN_INTERRUPT_CONFIG);
    EXPECT_NE(mmio.device.broken, nullptr);
    EXPECT_EQ(begin(), PVN_OK);
    EXPECT_EQ(mmio.device.broken, nullptr);
}

TEST_F(device, tells_an_interrupt_that_is_not_its_own) {
    ASSERT_EQ(probe(), PVN_OK);
    EXPECT_EQ(pvn_device_interrupts(&mmio.device), 0u);
    fake.pending = 0x80;
    EXPECT_EQ(pvn_device_interrupts(&mmio.device), 0u) << "bits that the standard does not define";
}

TEST_F(device, gives_no_queue_of_an_impossible_size) {
    pvn_queue queue{};
    ASSERT_EQ(probe(), PVN_OK);
    ASSERT_EQ(begin(), PVN_OK);
    fake.queues[0].limit = 0;
    EXPECT_EQ(pvn_queue_start(&queue, &mmio.device, 0, 8, 0), PVN_REFUSED);
    EXPECT_EQ(pvn_queue_start(&queue, &mmio.device, 9, 8, 0), PVN_REFUSED);
    fake.queues[0].limit = 32769;
    EXPECT_EQ(pvn_queue_start(&queue, &mmio.device, 0, 8, 0), PVN_BROKEN);
}

TEST_F(device, that_does_not_take_a_queue_is_not_waited_for) {
    pvn_queue queue{};
    fake.declines_queues = true;
    ASSERT_EQ(probe(), PVN_OK);
    ASSERT_EQ(begin(), PVN_OK);
    EXPECT_EQ(pvn_queue_start(&queue, &mmio.device, 0, 8, 0), PVN_REFUSED);
}

TEST_F(device, gets_a_power_of_two_where_its_limit_is_none) {
    pvn_queue queue{};
    ASSERT_EQ(probe(), PVN_OK);
    ASSERT_EQ(begin(), PVN_OK);
    fake.queues[0].limit = 13;
    ASSERT_EQ(pvn_queue_start(&queue, &mmio.device, 0, 100, 0), PVN_OK);
    EXPECT_EQ(fake.queues[0].size, 8u);
}

TEST_F(device, queue_says_so_when_memory_is_short) {
    pvn_queue queue{};
    ASSERT_EQ(probe(), PVN_OK);
    ASSERT_EQ(begin(), PVN_OK);
    os.memory_left = 4096;
    EXPECT_EQ(pvn_queue_start(&queue, &mmio.device, 0, 64, 0), PVN_NO_MEMORY);
}

TEST(legacy_device, agrees_on_32_bits_and_is_told_page_numbers) {
    fake_os os;
    fake_device fake{os, PVN_KIND_ENTROPY, 1, EVENTS | INDIRECT | PVN_FEATURE(PVN_F_VERSION_1),
                     true};
    pvn_mmio mmio{};
    pvn_queue queue{};
    ASSERT_EQ(pvn_mmio_probe(&mmio, fake_device::bus(), &fake, os.table()), PVN_OK);
    ASSERT_TRUE(mmio.device.legacy);
    ASSERT_EQ(pvn_device_begin(&mmio.device, PVN_KIND_ENTROPY, 0, 0), PVN_OK);
    EXPECT_EQ(fake.accepted, EVENTS | INDIRECT) << "no feature above bit 31";
    EXPECT_FALSE(fake.status & PVN_STATUS_FEATURES_OK);
    ASSERT_EQ(pvn_queue_start(&queue, &mmio.device, 0, 32, 0), PVN_OK);
    EXPECT_TRUE(fake.queues[0].ready);
    EXPECT_EQ(os.at(fake.queues[0].used, 1), reinterpret_cast<std::byte*>(queue.used))
        << "the device computes the used ring's place from the page number";
}

/// A queue with two buffers at the device, which then does something forbidden.
struct hostile : testing::TestWithParam<bool> {
    hostile() {
        EXPECT_EQ(pvn_mmio_probe(&mmio, fake_device::bus(), &fake, os.table()), PVN_OK);
        EXPECT_EQ(pvn_device_begin(&mmio.device, PVN_KIND_ENTROPY, 0, 0), PVN_OK);
        EXPECT_EQ(pvn_queue_start(&queue, &mmio.device, 0, 8, 0), PVN_OK);
        pvn_device_ready(&mmio.device);
        memory = static_cast<char*>(os.memory(64));
        const pvn_segment segments[] = {{memory, 16}, {memory + 16, 32}};
        EXPECT_EQ(pvn_queue_add(&queue, segments, 1, 1, &token_a), PVN_OK);
        EXPECT_EQ(pvn_queue_add(&queue, segments, 0, 1, &token_b), PVN_OK);
        first = fake.pop(0)->head;
        second = fake.pop(0)->head;
    }

    int take() { return pvn_queue_take(&queue, &token, &written); }

    void expect_broken(const char* why) {
        EXPECT_EQ(take(), PVN_BROKEN);
        EXPECT_THAT(os.log, ElementsAre(HasSubstr(why)));
        EXPECT_TRUE(fake.status & PVN_STATUS_FAILED);
        const pvn_segment segment = {memory, 16};
        EXPECT_EQ(pvn_queue_add(&queue, &segment, 0, 1, &token_a), PVN_BROKEN);
        const int kicks = fake.queues[0].kicks;
        pvn_queue_kick(&queue);
        EXPECT_EQ(fake.queues[0].kicks, kicks) << "a broken device is left alone";
        EXPECT_EQ(take(), PVN_BROKEN);
        EXPECT_EQ(os.log.size(), 1u) << "only the first reason is told";
    }

    fake_os os;
    fake_device fake{os, PVN_KIND_ENTROPY, 1, GetParam() ? EVENTS : 0};
    pvn_mmio mmio{};
    pvn_queue queue{};
    char* memory;
    int token_a = 0;
    int token_b = 0;
    uint16_t first;
    uint16_t second;
    void* token = nullptr;
    uint32_t written = 0;
};

INSTANTIATE_TEST_SUITE_P(with_and_without_events, hostile, testing::Bool());

TEST_P(hostile, device_that_behaves_is_served) {
    fake.put_used(0, second, 16);
    ASSERT_EQ(take(), 1);
    EXPECT_EQ(token, &token_b);
    EXPECT_EQ(written, 16u);
    EXPECT_EQ(take(), 0);
}

TEST_P(hostile, used_id_out_of_range) {
    fake.put_used(0, 8, 0);
    expect_broken("no descriptor");
}

TEST_P(hostile, used_id_with_high_bits) {
    fake.put_used(0, first | 0x10000u, 0);
    expect_broken("no descriptor");
}

TEST_P(hostile, used_id_inside_a_chain) {
    fake.put_used(0, first + 1, 0);
    expect_broken("not in flight");
}

TEST_P(hostile, used_id_of_a_free_descriptor) {
    fake.put_used(0, 7, 0);
    expect_broken("not in flight");
}

TEST_P(hostile, same_chain_twice) {
    fake.put_used(0, first, 0);
    ASSERT_EQ(take(), 1);
    fake.put_used(0, first, 0);
    expect_broken("not in flight");
}

TEST_P(hostile, used_index_jumps) {
    *fake.used_index(0) = 3;
    expect_broken("beyond what was offered");
}

TEST_P(hostile, used_index_runs_backwards) {
    fake.put_used(0, first, 0);
    ASSERT_EQ(take(), 1);
    *fake.used_index(0) = 0;
    expect_broken("beyond what was offered");
}

TEST_P(hostile, length_beyond_the_buffer) {
    fake.put_used(0, first, 33);
    expect_broken("length");
}

TEST_P(hostile, device_that_scribbles_over_the_descriptors_changes_nothing_of_ours) {
    std::memset(queue.descriptors, 0xff, 8 * sizeof(pvn_desc));
    fake.put_used(0, first, 1);
    fake.put_used(0, second, 1);
    ASSERT_EQ(take(), 1);
    ASSERT_EQ(take(), 1);
    EXPECT_EQ(queue.free_count, 8);
    fake.queues[0].held.clear();
    const pvn_segment segments[8] = {{memory, 1}, {memory, 1}, {memory, 1}, {memory, 1},
                                     {memory, 1}, {memory, 1}, {memory, 1}, {memory, 1}};
    EXPECT_EQ(pvn_queue_add(&queue, segments, 4, 4, &token_a), PVN_OK);
    EXPECT_EQ(fake.pop(0)->writable.size(), 4u);
}

TEST_P(hostile, interrupt_storm_finds_nothing_to_do) {
    for (int i = 0; i < 100; i++) {
        fake.pending = PVN_INTERRUPT_QUEUE;
        EXPECT_EQ(pvn_device_interrupts(&mmio.device), PVN_INTERRUPT_QUEUE);
        EXPECT_EQ(take(), 0);
    }
}

TEST_P(hostile, buffers_come_back_after_a_reset) {
    ASSERT_EQ(pvn_device_reset(&mmio.device), PVN_OK);
    int back = 0;
    while (pvn_queue_detach(&queue, &token)) {
        back += token == &token_a ? 1 : 2;
    }
    EXPECT_EQ(back, 3);
    EXPECT_EQ(queue.free_count, 8);
}

TEST(legacy_device, length_is_only_a_bound) {
    fake_os os;
    fake_device fake{os, PVN_KIND_ENTROPY, 1, 0, true};
    pvn_mmio mmio{};
    pvn_queue queue{};
    ASSERT_EQ(pvn_mmio_probe(&mmio, fake_device::bus(), &fake, os.table()), PVN_OK);
    ASSERT_EQ(pvn_device_begin(&mmio.device, PVN_KIND_ENTROPY, 0, 0), PVN_OK);
    ASSERT_EQ(pvn_queue_start(&queue, &mmio.device, 0, 8, 0), PVN_OK);
    pvn_device_ready(&mmio.device);
    const pvn_segment segments[] = {{os.memory(64), 64}, {os.memory(16), 16}};
    ASSERT_EQ(pvn_queue_add(&queue, segments, 1, 1, &mmio), PVN_OK);
    fake.put_used(0, fake.pop(0)->head, 80);
    void* token = nullptr;
    uint32_t written = 0;
    ASSERT_EQ(pvn_queue_take(&queue, &token, &written), 1);
    EXPECT_EQ(written, 16u);
}

struct arguments : testing::Test {
    arguments() {
        EXPECT_EQ(pvn_mmio_probe(&mmio, fake_device::bus(), &fake, os.table()), PVN_OK);
        EXPECT_EQ(pvn_device_begin(&mmio.device, PVN_KIND_ENTROPY, 0, 0), PVN_OK);
        EXPECT_EQ(pvn_queue_start(&queue, &mmio.device, 0, 4, 0), PVN_OK);
    }
    int add(std::vector<pvn_segment> segments, void* token) {
        return pvn_queue_add(&queue, segments.data(), segments.size(), 0, token);
    }

    fake_os os;
    fake_device fake{os, PVN_KIND_ENTROPY, 1, 0};
    pvn_mmio mmio{};
    pvn_queue queue{};
    char* memory = static_cast<char*>(os.memory(64));
};

TEST_F(arguments, of_add_are_checked) {
    EXPECT_EQ(add({}, this), PVN_INVALID);
    EXPECT_EQ(add({{memory, 0}}, this), PVN_INVALID);
    EXPECT_EQ(add({{memory, 1}}, nullptr), PVN_INVALID);
    EXPECT_EQ(add({{memory, 65}}, this), PVN_INVALID) << "not contiguous";
    EXPECT_EQ(add({{this, 1}}, this), PVN_INVALID) << "no address";
    EXPECT_EQ(add({{memory, 0xffffffff}, {memory, 1}}, this), PVN_INVALID) << "4 GiB";
    EXPECT_EQ(add(std::vector<pvn_segment>(5, {memory, 1}), this), PVN_INVALID);
    EXPECT_EQ(add(std::vector<pvn_segment>(4, {memory, 1}), this), PVN_OK);
    EXPECT_EQ(add({{memory, 1}}, this), PVN_FULL);
}

} // namespace
} // namespace paravane::test
