// SPDX-License-Identifier: BSD-2-Clause
// Several VMs: the learning switch and the uplink, with the kit's own front ends in
// each VM and one of them hostile or asleep.
#include "backend/net.hpp"
#include "backend/uplink.hpp"

#include "backend_vm.hpp"
#include "fake_device.hpp"
#include "pvn_net.h"

#include <gmock/gmock.h>

#include <array>
#include <cstring>
#include <optional>
#include <random>

namespace paravane::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct net_vm {
    net_vm(backend::net_switch& hub, uint8_t last, bool page) : address{2, 0, 0, 0, 0, last} {
        device.emplace(vm.memory, vm.lines, hub, address.data());
        EXPECT_TRUE(hub.plug(*device));
        slot = make_plug(page, vm, *device);
        front.context = this;
        front.receive = [](void* self, const void* frame, uint32_t bytes) {
            static_cast<net_vm*>(self)->got.emplace_back(static_cast<const char*>(frame), bytes);
        };
        EXPECT_EQ(pvn_net_start(&front, slot->probe(), this), PVN_OK);
    }

    void send(const std::array<uint8_t, 6>& to, const std::string& text, int from = -1) {
        std::string whole(reinterpret_cast<const char*>(to.data()), 6);
        whole.append(reinterpret_cast<const char*>(address.data()), 6);
        if (from >= 0) {
            whole[11] = static_cast<char>(from);
        }
        whole += "\x88\xb5" + text;
        std::memcpy(buffer, whole.data(), whole.size());
        const pvn_segment segment = {buffer, uint32_t(whole.size())};
        pvn_net_frame frame = {&segment, 1, [](pvn_net_frame*) {}, nullptr};
        ASSERT_EQ(pvn_net_send(&front, &frame), PVN_OK);
        pvn_net_kick(&front);
        pvn_net_poll(&front);
    }

    std::vector<std::string> texts() {
        while (pvn_net_poll(&front) > 0) {
        }
        std::vector<std::string> all;
        for (const auto& frame : got) {
            all.push_back(frame.substr(14));
        }
        got.clear();
        return all;
    }

    std::array<uint8_t, 6> address;
    test_vm vm;
    std::optional<backend::net> device;
    std::unique_ptr<plug> slot;
    pvn_net front{};
    std::vector<std::string> got;
    void* buffer = vm.os.memory(2048);
};

struct network : testing::Test {
    static constexpr std::array<uint8_t, 6> EVERYONE{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    backend::net_switch hub;
    net_vm a{hub, 1, true};
    net_vm b{hub, 2, false};
    net_vm c{hub, 3, true};
};

TEST_F(network, floods_what_it_does_not_know_and_learns) {
    a.send(EVERYONE, "hello");
    EXPECT_THAT(b.texts(), ElementsAre("hello"));
    EXPECT_THAT(c.texts(), ElementsAre("hello"));
    b.send(a.address, "hi");
    EXPECT_THAT(a.texts(), ElementsAre("hi"));
    EXPECT_THAT(c.texts(), ElementsAre()) << "a's port was learnt";
    a.send(b.address, "again");
    EXPECT_THAT(b.texts(), ElementsAre("again"));
    EXPECT_THAT(c.texts(), ElementsAre());
    EXPECT_THAT(a.texts(), ElementsAre()) << "nobody hears himself";
}

TEST_F(network, carries_every_length) {
    a.send(EVERYONE, "x");
    b.send(EVERYONE, "x");
    a.texts();
    b.texts();
    for (uint32_t bytes = 0; bytes <= 1500; bytes += 50) {
        const std::string text(bytes, char('a' + bytes % 26));
        a.send(b.address, text);
        ASSERT_THAT(b.texts(), ElementsAre(text));
    }
}

TEST_F(network, forgets_addresses_when_a_vm_invents_thousands) {
    b.send(EVERYONE, "here");
    for (int i = 0; i < 2000; i++) {
        c.send(a.address, "flood", i & 0xff);
    }
    a.texts();
    b.texts();
    a.send(b.address, "still");
    EXPECT_THAT(b.texts(), ElementsAre("still"));
}

TEST_F(network, lets_nobody_overhear_by_inventing_addresses) {
    a.send(EVERYONE, "here");
    b.send(EVERYONE, "here");
    for (int i = 0; i < 200; i++) {
        c.send({2, 0, 0, 0, 9, 9}, "flood", 50 + i);
    }
    a.texts();
    b.texts();
    c.texts();
    a.send(b.address, "secret");
    EXPECT_THAT(b.texts(), ElementsAre("secret"));
    EXPECT_THAT(c.texts(), ElementsAre());
}

TEST_F(network, lets_nobody_speak_or_listen_in_anothers_name) {
    c.send(EVERYONE, "I am a, who has not spoken yet", 1);
    EXPECT_THAT(a.texts(), ElementsAre());
    EXPECT_THAT(b.texts(), ElementsAre());
    b.send(a.address, "secret");
    EXPECT_THAT(a.texts(), ElementsAre("secret"));
    EXPECT_THAT(c.texts(), ElementsAre());
    c.send(b.address, "a bridge's", 50);
    EXPECT_THAT(b.texts(), ElementsAre("a bridge's")) << "other names are anybody's";
    b.send({2, 0, 0, 0, 0, 50}, "back");
    EXPECT_THAT(c.texts(), ElementsAre("back"));
    EXPECT_THAT(a.texts(), ElementsAre());
}

TEST_F(network, drops_for_a_vm_that_sleeps_and_serves_the_others) {
    for (int i = 0; i < 100; i++) {
        a.send(EVERYONE, std::to_string(i));
        EXPECT_EQ(c.texts().size(), 1u);
    }
    EXPECT_EQ(b.texts().size(), size_t{PVN_NET_BUFFERS});
    EXPECT_EQ(b.device->dropped(), 100u - PVN_NET_BUFFERS);
}

TEST_F(network, survives_a_reset_and_an_unplugged_vm) {
    b.send(EVERYONE, "here");
    a.texts();
    b.device->reset();
    a.send(b.address, "lost");
    hub.unplug(*b.device);
    a.send(b.address, "flooded");
    c.texts();
    EXPECT_TRUE(hub.plug(*b.device));
    ASSERT_EQ(pvn_net_start(&b.front, b.slot->probe(), &b), PVN_OK);
    a.send(b.address, "back");
    EXPECT_THAT(b.texts(), ElementsAre("back"));
}

TEST_F(network, stops_the_sender_of_an_impossible_frame_alone) {
    char* memory = static_cast<char*>(a.vm.os.memory(4096));
    const pvn_segment segment = {memory, 10};
    pvn_net_frame frame = {&segment, 1, [](pvn_net_frame*) {}, nullptr};
    ASSERT_EQ(pvn_net_send(&a.front, &frame), PVN_OK);
    pvn_net_kick(&a.front);
    EXPECT_THAT(a.vm.log, ElementsAre(HasSubstr("impossible length")));
    b.send(c.address, "alive");
    EXPECT_THAT(c.texts(), ElementsAre("alive"));
}

/// The board's card as a port of the switch.
struct uplinked : network {
    uplinked() {
        card.queues[0].limit = card.queues[1].limit = 64;
        EXPECT_EQ(pvn_mmio_probe(&registers, fake_device::bus(), &card, machine.os.table()),
                  PVN_OK);
        world.emplace(driver, hub,
                      static_cast<uint8_t*>(machine.os.memory(backend::uplink::FRAMES *
                                                              backend::uplink::FRAME_BYTES)));
        EXPECT_EQ(pvn_net_start(&driver, &registers.device, nullptr), PVN_OK);
        EXPECT_TRUE(hub.plug(*world));
    }

    /// A frame from outside.
    void arrive(const std::array<uint8_t, 6>& to) {
        std::string in(12, '\0');
        in.append(reinterpret_cast<const char*>(to.data()), 6);
        in += std::string("\x02\x00\x00\x00\x00\x99\x88\xb5", 8) + "in";
        auto chain = card.pop(PVN_NET_RX);
        ASSERT_TRUE(chain);
        card.push(PVN_NET_RX, chain->head, chain->scatter(std::as_bytes(std::span{in})));
    }

    test_vm machine;
    fake_device card{machine.os, PVN_KIND_NET, 2, PVN_FEATURE(PVN_F_EVENT_INDEX)};
    pvn_mmio registers{};
    pvn_net driver{};
    std::optional<backend::uplink> world;
};

TEST_F(uplinked, connects_to_the_world) {
    for (int i = 0; i < 20; i++) {
        a.send(EVERYONE, "out");
    }
    int sent = 0;
    std::vector<std::byte> last;
    while (auto chain = card.pop(PVN_NET_TX)) {
        last = chain->gather();
        card.push(PVN_NET_TX, chain->head, 0);
        sent++;
    }
    EXPECT_EQ(sent, int(backend::uplink::FRAMES)) << "the rest was dropped, nobody waits";
    EXPECT_EQ(std::memcmp(&last[12 + 14], "out", 3), 0);
    arrive(a.address);
    b.texts();
    EXPECT_EQ(pvn_net_poll(&driver), 9);
    EXPECT_THAT(a.texts(), ElementsAre("in"));
    EXPECT_THAT(b.texts(), ElementsAre());
}

TEST_F(uplinked, a_full_round_is_to_be_repeated_and_loses_nothing) {
    constexpr int FRAMES = 3 * PVN_NET_BUFFERS;
    /// The world sends its next frame while the last one is being delivered.
    struct busy final : backend::net_port {
        void deliver(const backend::net_frame&) override {
            if (++got < FRAMES) {
                next();
            }
        }
        int got = 0;
        std::function<void()> next;
    } port;
    port.next = [&] { arrive(EVERYONE); };
    ASSERT_TRUE(hub.plug(port));
    arrive(EVERYONE);
    const int interrupts = card.interrupts;
    EXPECT_FALSE(backend::uplink::serve(driver));
    EXPECT_EQ(card.interrupts, interrupts) << "none was ordered";
    EXPECT_EQ(port.got, 2 * PVN_NET_BUFFERS);
    while (!backend::uplink::serve(driver)) {
    }
    EXPECT_EQ(port.got, FRAMES);
    arrive(EVERYONE);
    EXPECT_EQ(card.interrupts, interrupts + 1);
}

} // namespace
} // namespace paravane::test
