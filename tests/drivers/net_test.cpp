// SPDX-License-Identifier: BSD-2-Clause
// The network front end against a cable that carries, stalls and lies.
#include "pvn_net.h"

#include "harness.hpp"

namespace paravane::test {
namespace {

struct net : front_end {
    net()
        : front_end{PVN_KIND_NET, 2, PVN_FEATURE(PVN_NET_F_MAC) | PVN_FEATURE(PVN_NET_F_STATUS)},
          header{GetParam().legacy ? 10u : 12u} {
        for (auto& queue : fake.queues) {
            queue.limit = 256;
        }
        for (int i = 0; i < 6; i++) {
            fake.config[i] = 0x50 + i;
        }
        fake.config[PVN_NET_CONFIG_STATUS] = PVN_NET_LINK_UP;
        subject.receive = [](void* context, const void* frame, uint32_t bytes) {
            static_cast<net*>(context)->received.emplace_back(static_cast<const char*>(frame),
                                                              bytes);
        };
        subject.context = this;
        EXPECT_EQ(pvn_net_start(&subject, &mmio.device, this), PVN_OK);
    }

    void deliver(const std::string& frame, uint8_t segmentation = 0) {
        auto chain = fake.pop(PVN_NET_RX);
        ASSERT_TRUE(chain) << "the front end ran out of buffers";
        EXPECT_EQ(chain->writable.size(), GetParam().legacy ? 2u : 1u);
        std::string whole(header, '\0');
        whole[1] = static_cast<char>(segmentation);
        whole += frame;
        fake.push(PVN_NET_RX, chain->head, chain->scatter(bytes_of(whole)));
    }

    int send(std::vector<pvn_segment> parts) {
        segments = std::move(parts);
        frame = {segments.data(), unsigned(segments.size()),
                 [](pvn_net_frame* f) { static_cast<net*>(f->context)->sent++; }, this};
        return pvn_net_send(&subject, &frame);
    }

    std::string carry() {
        auto chain = fake.pop(PVN_NET_TX);
        if (!chain) {
            return {};
        }
        const auto all = chain->gather();
        EXPECT_EQ(chain->readable[0].size(), header);
        fake.push(PVN_NET_TX, chain->head, 0);
        return {reinterpret_cast<const char*>(all.data()) + header, all.size() - header};
    }

    uint32_t header;
    pvn_net subject{};
    std::vector<pvn_segment> segments;
    pvn_net_frame frame{};
    std::vector<std::string> received;
    int sent = 0;
};

INSTANTIATE_TEST_SUITE_P(all, net, every_mode(), mode_name);

TEST_P(net, knows_its_address_and_its_link) {
    EXPECT_EQ(subject.mac[0], 0x50);
    EXPECT_EQ(subject.mac[5], 0x55);
    EXPECT_EQ(pvn_net_link(&subject), 1);
    fake.change_config(PVN_NET_CONFIG_STATUS, 0, 2);
    EXPECT_EQ(pvn_net_link(&subject), 0);
}

TEST_P(net, sends_gathered_frames_and_returns_them) {
    char* memory = static_cast<char*>(os.memory(1514));
    std::memcpy(memory, "abcdef", 6);
    ASSERT_EQ(send({{memory, 2}, {memory + 2, 4}}), PVN_OK);
    pvn_net_kick(&subject);
    EXPECT_EQ(fake.queues[PVN_NET_TX].kicks, 1);
    EXPECT_EQ(carry(), "abcdef");
    EXPECT_EQ(sent, 0);
    EXPECT_EQ(pvn_net_poll(&subject), 1);
    EXPECT_EQ(sent, 1);
}

TEST_P(net, refuses_frames_that_are_too_long_or_too_scattered) {
    char* memory = static_cast<char*>(os.memory(4096));
    EXPECT_EQ(send({}), PVN_INVALID);
    EXPECT_EQ(send({{memory, 1515}}), PVN_INVALID);
    EXPECT_EQ(send({{memory, 1000}, {memory, 515}}), PVN_INVALID);
    EXPECT_EQ(send({{memory, 1000}, {memory, 0xffffffff}}), PVN_INVALID);
    EXPECT_EQ(send(std::vector<pvn_segment>(PVN_NET_SEGMENTS + 1, {memory, 1})), PVN_INVALID);
    EXPECT_EQ(send({{memory, 1514}}), PVN_OK);
}

TEST_P(net, receives_for_ever_with_the_same_buffers) {
    for (int round = 0; round < 300; round++) {
        const std::string text = "frame " + std::to_string(round);
        deliver(text);
        ASSERT_EQ(pvn_net_poll(&subject), 1);
        ASSERT_EQ(received.back(), text);
    }
    received.clear();
    for (int i = 0; i < PVN_NET_BUFFERS; i++) {
        deliver(std::string(1514, char('a' + i)));
    }
    EXPECT_FALSE(fake.pop(PVN_NET_RX));
    while (pvn_net_poll(&subject) > 0) {
    }
    EXPECT_EQ(received.size(), size_t{PVN_NET_BUFFERS});
    EXPECT_EQ(received.back().size(), 1514u);
}

TEST_P(net, wakes_the_waiter_and_tells_when_the_ring_is_full) {
    char* memory = static_cast<char*>(os.memory(64));
    EXPECT_EQ(pvn_net_poll(&subject), 0);
    int status = PVN_OK;
    int queued = 0;
    while ((status = send({{memory, 64}})) == PVN_OK) {
        queued++;
    }
    EXPECT_EQ(status, PVN_FULL);
    EXPECT_GE(queued, 32);
    pvn_net_kick(&subject);
    EXPECT_EQ(pvn_net_interrupt(&subject), 0);
    carry();
    EXPECT_NE(pvn_net_interrupt(&subject), 0);
    EXPECT_EQ(os.wakes, 1);
    EXPECT_EQ(pvn_net_poll(&subject), 1);
    EXPECT_EQ(send({{memory, 64}}), PVN_OK);
}

TEST_P(net, breaks_at_a_frame_without_a_header) {
    fake.push(PVN_NET_RX, fake.pop(PVN_NET_RX)->head, header - 1);
    EXPECT_EQ(pvn_net_poll(&subject), PVN_BROKEN);
    EXPECT_TRUE(received.empty());
}

TEST_P(net, breaks_at_an_offload_that_was_not_agreed) {
    deliver("x", 1);
    EXPECT_EQ(pvn_net_poll(&subject), PVN_BROKEN);
    EXPECT_TRUE(received.empty());
}

TEST_P(net, gives_frames_back_when_stopped_and_starts_again) {
    char* memory = static_cast<char*>(os.memory(64));
    ASSERT_EQ(send({{memory, 64}}), PVN_OK);
    ASSERT_EQ(pvn_net_stop(&subject), PVN_OK);
    EXPECT_EQ(sent, 1);
    ASSERT_EQ(pvn_net_start(&subject, &mmio.device, this), PVN_OK);
    deliver("hello");
    EXPECT_EQ(pvn_net_poll(&subject), 1);
    EXPECT_EQ(received.size(), 1u);
}

} // namespace
} // namespace paravane::test
