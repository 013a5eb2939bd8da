// SPDX-License-Identifier: BSD-2-Clause
// Property test of the ring: whatever the interleaving of driver and device,
// no buffer is lost, doubled or cut, and nobody sleeps while there is work.
// Each side acts only when it has been told to, as on a real machine.
#include "pvn_queue.h"

#include "fake_device.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

namespace paravane::test {
namespace {

struct ring_case {
    uint16_t limit;
    uint64_t features;
    bool legacy;
    uint16_t indirect;
};

std::string name_of(const testing::TestParamInfo<ring_case>& info) {
    const ring_case& c = info.param;
    return "size" + std::to_string(c.limit) + (c.legacy ? "_legacy" : "") +
           (c.features & PVN_FEATURE(PVN_F_EVENT_INDEX) ? "_events" : "") +
           (c.features & PVN_FEATURE(PVN_F_INDIRECT) ? "_indirect" : "");
}

/// One buffer on its way: the device answers each readable byte with its
/// complement, as far as there is room.
struct job {
    std::vector<pvn_segment> segments;
    unsigned readable = 0;
    unsigned writable = 0;
    uint32_t written = 0;
    bool offered = false;
};

class machine {
public:
    machine(const ring_case& c, unsigned seed)
        : random_{seed}, case_{c}, device_{os_, PVN_KIND_ENTROPY, 1, c.features, c.legacy} {
        device_.queues[0].limit = c.limit;
        device_.on_kick = [this](unsigned) { device_awake_ = true; };
        EXPECT_EQ(pvn_mmio_probe(&mmio_, fake_device::bus(), &device_, os_.table()), PVN_OK);
        EXPECT_EQ(pvn_device_begin(&mmio_.device, PVN_KIND_ENTROPY, 0, 0), PVN_OK);
        EXPECT_EQ(pvn_queue_start(&queue_, &mmio_.device, 0, c.limit, c.indirect), PVN_OK);
        pvn_device_ready(&mmio_.device);
        pool_ = static_cast<uint8_t*>(os_.memory(POOL));
    }

    /// Until `wanted` buffers have made the round trip.
    void run(int wanted) {
        EXPECT_FALSE(pvn_queue_arm(&queue_));
        for (int i = 0; finished_ < wanted && !testing::Test::HasFailure(); i++) {
            ASSERT_LT(i, 100 * wanted) << "somebody sleeps while there is work";
            step(pick(6));
        }
        draining_ = true;
        for (int i = 0; i < 100 * case_.limit && in_flight_ != 0; i++) {
            step(1 + i % 5);
        }
        EXPECT_EQ(in_flight_, 0) << "somebody sleeps while there is work";
        EXPECT_EQ(queue_.free_count, queue_.size) << "descriptors were lost";
        EXPECT_EQ(finished_, offered_);
    }

private:
    static constexpr size_t POOL = 1 << 16;

    unsigned pick(unsigned bound) { return random_() % bound; }

    void step(unsigned which) {
        switch (which) {
        case 0:
            offer();
            break;
        case 1:
            pvn_queue_kick(&queue_);
            break;
        case 2:
            device_takes();
            break;
        case 3:
            device_gives();
            break;
        default:
            driver_takes();
        }
    }

    void offer() {
        auto next = std::make_unique<job>();
        const unsigned most = std::min<unsigned>(queue_.size, 5);
        const unsigned count = 1 + pick(most);
        next->readable = pick(count + 1);
        next->writable = count - next->readable;
        for (unsigned i = 0; i < count; i++) {
            const uint32_t bytes = 1 + pick(40);
            uint8_t* memory = pool_ + pick(POOL - bytes);
            next->segments.push_back({memory, bytes});
        }
        const int status = pvn_queue_add(&queue_, next->segments.data(), next->readable,
                                         next->writable, next.get());
        if (status == PVN_FULL) {
            EXPECT_LT(queue_.free_count, count);
            pvn_queue_kick(&queue_);
            return;
        }
        ASSERT_EQ(status, PVN_OK);
        next->offered = true;
        offered_++;
        in_flight_++;
        jobs_.push_back(std::move(next));
    }

    void device_takes() {
        for (unsigned budget = pick(4); device_awake_ && budget != 0; budget--) {
            if (auto chain = device_.pop(0)) {
                at_device_.push_back(std::move(*chain));
            } else {
                device_awake_ = device_.listen(0);
            }
        }
    }

    void device_gives() {
        if (at_device_.empty()) {
            return;
        }
        const unsigned index = pick(at_device_.size());
        const fake_chain chain = at_device_[index];
        at_device_.erase(at_device_.begin() + index);
        const uint32_t room = chain.writable_bytes();
        const uint32_t written = room == 0 ? 0 : pick(room + 1);
        given_[chain.head] = {chain.readable, chain.writable, written};
        device_.push(0, chain.head, written);
    }

    void driver_takes() {
        if (!driver_awake_ && !(device_.pending & PVN_INTERRUPT_QUEUE)) {
            return;
        }
        pvn_device_interrupts(&mmio_.device);
        driver_awake_ = true;
        if (pick(2)) {
            pvn_queue_disarm(&queue_);
        }
        for (unsigned budget = draining_ ? 1000 : pick(4); budget != 0; budget--) {
            void* token = nullptr;
            uint32_t written = 0;
            const int taken = pvn_queue_take_or_arm(&queue_, &token, &written);
            ASSERT_GE(taken, 0);
            if (taken == 0) {
                driver_awake_ = false;
                return;
            }
            check(*static_cast<job*>(token), written);
        }
    }

    /// The job that came back must be one that the device gave, whole.
    void check(job& back, uint32_t written) {
        ASSERT_TRUE(back.offered) << "a buffer came back twice";
        back.offered = false;
        in_flight_--;
        finished_++;
        const auto same = [&](const auto& entry) {
            const auto& [head, gift] = entry;
            if (gift.readable.size() != back.readable || gift.writable.size() != back.writable ||
                gift.written != written) {
                return false;
            }
            for (unsigned i = 0; i < back.segments.size(); i++) {
                const auto& part =
                    i < back.readable ? gift.readable[i] : gift.writable[i - back.readable];
                if (static_cast<void*>(part.data()) != back.segments[i].memory ||
                    part.size() != back.segments[i].bytes) {
                    return false;
                }
            }
            return true;
        };
        const auto found = std::find_if(given_.begin(), given_.end(), same);
        ASSERT_NE(found, given_.end()) << "the device never gave this buffer, or not so";
        given_.erase(found);
    }

    struct gift {
        std::vector<std::span<std::byte>> readable;
        std::vector<std::span<std::byte>> writable;
        uint32_t written;
    };

    std::mt19937 random_;
    ring_case case_;
    fake_os os_;
    fake_device device_;
    pvn_mmio mmio_{};
    pvn_queue queue_{};
    uint8_t* pool_ = nullptr;
    std::vector<std::unique_ptr<job>> jobs_;
    std::vector<fake_chain> at_device_;
    std::map<uint16_t, gift> given_;
    bool device_awake_ = false;
    bool driver_awake_ = false;
    bool draining_ = false;
    int in_flight_ = 0;
    int offered_ = 0;
    int finished_ = 0;
};

class ring : public testing::TestWithParam<ring_case> {};

TEST_P(ring, loses_and_doubles_nothing_under_random_interleavings) {
    for (unsigned seed = 1; seed <= 20 && !HasFailure(); seed++) {
        SCOPED_TRACE(seed);
        machine{GetParam(), seed}.run(500);
    }
}

TEST_P(ring, survives_the_wrap_of_its_16_bit_indices) {
    machine{GetParam(), 99}.run(70000);
}

constexpr uint64_t EVENTS = PVN_FEATURE(PVN_F_EVENT_INDEX);
constexpr uint64_t INDIRECT = PVN_FEATURE(PVN_F_INDIRECT);

INSTANTIATE_TEST_SUITE_P(all, ring,
                         testing::Values(ring_case{1, 0, false, 0}, ring_case{2, EVENTS, false, 4},
                                         ring_case{8, 0, false, 4}, ring_case{8, EVENTS, false, 0},
                                         ring_case{64, INDIRECT, false, 4},
                                         ring_case{64, EVENTS | INDIRECT, false, 4},
                                         ring_case{8, 0, true, 0},
                                         ring_case{16, EVENTS | INDIRECT, true, 5}),
                         name_of);

} // namespace
} // namespace paravane::test
