// SPDX-License-Identifier: BSD-2-Clause
// The socket exchange between VMs, with the kit's front ends in them.
#include "backend/vsock.hpp"

#include "backend_vm.hpp"
#include "pvn_vsock.h"

#include <gmock/gmock.h>

#include <cstring>
#include <optional>
#include <random>

namespace paravane::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct sock_vm {
    sock_vm(backend::vsock_exchange& exchange, uint32_t cid, bool page) {
        device.emplace(vm.memory, vm.lines, exchange, cid);
        joined = exchange.join(*device);
        slot = make_plug(page, vm, *device);
        if (joined) {
            EXPECT_EQ(pvn_vsock_start(&front, slot->probe(), this), PVN_OK);
        }
        socket.buffer = input.data();
        socket.capacity = input.size();
        listener = {1,
                    [](pvn_vsock_listener* l, uint32_t, uint32_t) {
                        return static_cast<pvn_vsock_socket*>(l->context);
                    },
                    &socket, nullptr};
        pvn_vsock_listen(&front, &listener);
    }

    void poll() {
        while (pvn_vsock_poll(&front) > 0) {
        }
    }

    test_vm vm;
    std::optional<backend::vsock> device;
    bool joined = false;
    std::unique_ptr<plug> slot;
    pvn_vsock front{};
    std::vector<char> input = std::vector<char>(100000);
    pvn_vsock_socket socket{};
    pvn_vsock_listener listener{};
};

struct sockets : testing::Test {
    void connect() {
        ASSERT_EQ(pvn_vsock_connect(&a.front, &a.socket, 11, 1, 700), PVN_OK);
        b.poll();
        a.poll();
        ASSERT_EQ(a.socket.state, PVN_VSOCK_OPEN);
    }

    backend::vsock_exchange exchange;
    sock_vm a{exchange, 10, true};
    sock_vm b{exchange, 11, false};
};

TEST_F(sockets, carry_a_stream_between_two_vms) {
    connect();
    std::mt19937 random{1};
    std::string sent, got;
    while (got.size() < 500000) {
        char data[9000];
        for (auto& byte : data) {
            byte = static_cast<char>(random());
        }
        const int taken = pvn_vsock_send(&a.front, &a.socket, data, random() % sizeof(data));
        ASSERT_GE(taken, 0);
        sent.append(data, taken);
        if (random() % 4 == 0) {
            b.poll();
            const int given = pvn_vsock_receive(&b.front, &b.socket, data, sizeof(data));
            ASSERT_GE(given, 0);
            got.append(data, given);
        }
        a.poll();
    }
    EXPECT_EQ(got, sent.substr(0, got.size()));
}

TEST_F(sockets, refuse_who_is_not_there) {
    for (const uint32_t cid : {0u, 2u, 10u, 99u, 0xffffffffu}) {
        ASSERT_EQ(pvn_vsock_connect(&a.front, &a.socket, cid, 1, 700), PVN_OK);
        a.poll();
        EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSED) << cid;
    }
    sock_vm twice{exchange, 10, true};
    EXPECT_FALSE(twice.joined);
    sock_vm host{exchange, 2, true};
    EXPECT_FALSE(host.joined) << "0 to 2 are reserved";
}

TEST_F(sockets, wait_for_a_sleeping_vm_without_losing_anything) {
    connect();
    const std::string text(60000, 'z');
    uint32_t sent = 0;
    for (int i = 0; i < 10; i++) {
        sent += pvn_vsock_send(&a.front, &a.socket, text.data(), text.size() - sent);
        a.poll();
    }
    EXPECT_EQ(a.device->waits_for(), 11u);
    EXPECT_LT(b.socket.stored, sent);
    for (int i = 0; i < 100; i++) {
        b.poll();
        a.poll();
        sent += pvn_vsock_send(&a.front, &a.socket, text.data(), text.size() - sent);
    }
    EXPECT_EQ(a.device->waits_for(), 0u);
    EXPECT_EQ(b.socket.stored, 60000u);
}

/// A packet of a stream's data from 10, port 700.
pvn_vsock_header data_packet(uint64_t target, uint32_t bytes) {
    pvn_vsock_header header{};
    header.source_cid = 10;
    header.target_cid = target;
    header.source_port = 700;
    header.bytes = bytes;
    header.type = PVN_VSOCK_STREAM;
    header.operation = PVN_VSOCK_DATA;
    return header;
}

TEST_F(sockets, cut_a_packet_to_the_receivers_buffers) {
    connect();
    constexpr uint32_t BYTES = 40000; // more than all of b's buffers together
    auto* packet = static_cast<uint8_t*>(a.vm.os.memory(PVN_VSOCK_HEADER_BYTES + BYTES));
    pvn_vsock_header header = data_packet(11, BYTES);
    header.target_port = 1;
    header.buffer_bytes = 100000;
    std::memcpy(packet, &header, PVN_VSOCK_HEADER_BYTES);
    std::string text(BYTES, 0);
    for (uint32_t i = 0; i < BYTES; i++) {
        text[i] = static_cast<char>(i * 7 >> 3);
    }
    std::memcpy(packet + PVN_VSOCK_HEADER_BYTES, text.data(), BYTES);
    const pvn_segment whole = {packet, PVN_VSOCK_HEADER_BYTES + BYTES};
    ASSERT_EQ(pvn_queue_add(&a.front.transmit, &whole, 1, 0, packet), PVN_OK);
    pvn_queue_kick(&a.front.transmit);
    EXPECT_EQ(a.device->waits_for(), 11u) << "a part has no buffer yet";
    b.poll();
    EXPECT_EQ(a.device->waits_for(), 0u);
    b.poll();
    std::string got(BYTES, 0);
    EXPECT_EQ(pvn_vsock_receive(&b.front, &b.socket, got.data(), BYTES), int(BYTES));
    EXPECT_EQ(got, text);
    EXPECT_TRUE(a.vm.log.empty() && b.vm.log.empty());
}

/// A receiver of its own making: each buffer is three pieces, the second of which begins
/// within the header, on no word.
struct pieces {
    explicit pieces(sock_vm& vm) {
        pvn_device* const device = vm.slot->probe();
        EXPECT_EQ(pvn_device_begin(device, PVN_KIND_VSOCK, 0, 0), PVN_OK);
        EXPECT_EQ(pvn_queue_start(&receive_, device, PVN_VSOCK_RX, 8, 0), PVN_OK);
        EXPECT_EQ(pvn_queue_start(&transmit_, device, PVN_VSOCK_TX, 8, 0), PVN_OK);
        bytes_ = static_cast<uint8_t*>(vm.vm.os.memory(512));
        const pvn_segment parts[3] = {
            {bytes_ + 1, FIRST}, {bytes_ + 101, SECOND}, {bytes_ + 202, 100}};
        EXPECT_EQ(pvn_queue_add(&receive_, parts, 0, 3, bytes_), PVN_OK);
        pvn_device_ready(device);
    }

    std::string take() {
        void* token;
        pvn_u32 written = 0;
        EXPECT_EQ(pvn_queue_take(&receive_, &token, &written), 1);
        std::string all(reinterpret_cast<char*>(bytes_ + 1), FIRST);
        all.append(reinterpret_cast<char*>(bytes_ + 101), SECOND);
        all.append(reinterpret_cast<char*>(bytes_ + 202), 100);
        return all.substr(0, written);
    }

    static constexpr uint32_t FIRST = 21, SECOND = 30;

private:
    uint8_t* bytes_;
    pvn_queue receive_{};
    pvn_queue transmit_{};
};

TEST_F(sockets, carry_packets_that_lie_in_pieces) {
    sock_vm c{exchange, 12, true};
    pieces receiver{c};
    pvn_vsock_header header = data_packet(12, 60);
    header.flags = 3;
    std::string packet(reinterpret_cast<const char*>(&header), sizeof header);
    for (char i = 0; i < 60; ++i) {
        packet += i;
    }
    auto* const memory = static_cast<char*>(a.vm.os.memory(256));
    std::memcpy(memory + 3, packet.data(), 37);
    std::memcpy(memory + 100, packet.data() + 37, packet.size() - 37);
    const pvn_segment parts[2] = {{memory + 3, 37},
                                  {memory + 100, static_cast<pvn_u32>(packet.size() - 37)}};
    ASSERT_EQ(pvn_queue_add(&a.front.transmit, parts, 2, 0, memory), PVN_OK);
    pvn_queue_kick(&a.front.transmit);
    EXPECT_EQ(receiver.take(), packet);
    EXPECT_TRUE(a.vm.log.empty() && c.vm.log.empty());
}

TEST_F(sockets, stop_a_vm_whose_header_names_another_length) {
    for (const uint32_t claimed : {0u, 9u, 11u, 0xffffffffu}) {
        a.vm.log.clear();
        a.device->reset();
        ASSERT_EQ(pvn_vsock_start(&a.front, a.slot->probe(), this), PVN_OK);
        auto* const memory = static_cast<char*>(a.vm.os.memory(128));
        pvn_vsock_header header{};
        header.source_cid = 10;
        header.target_cid = 11;
        header.bytes = claimed;
        std::memcpy(memory, &header, sizeof header);
        const pvn_segment part = {memory, PVN_VSOCK_HEADER_BYTES + 10};
        ASSERT_EQ(pvn_queue_add(&a.front.transmit, &part, 1, 0, memory), PVN_OK);
        pvn_queue_kick(&a.front.transmit);
        EXPECT_THAT(a.vm.log, ElementsAre(HasSubstr("impossible length"))) << claimed;
    }
}

TEST_F(sockets, stop_a_vm_whose_packet_would_keep_the_others_waiting) {
    sock_vm c{exchange, 12, true};
    pvn_device* const device = c.slot->probe();
    pvn_queue receive{};
    constexpr uint32_t LARGE = 300'000;
    ASSERT_EQ(pvn_device_begin(device, PVN_KIND_VSOCK, 0, 0), PVN_OK);
    ASSERT_EQ(pvn_queue_start(&receive, device, PVN_VSOCK_RX, 8, 0), PVN_OK);
    const pvn_segment room = {c.vm.os.memory(LARGE), LARGE};
    ASSERT_EQ(pvn_queue_add(&receive, &room, 0, 1, room.memory), PVN_OK);
    pvn_device_ready(device);
    for (const uint32_t bytes : {128u << 10, (128u << 10) + 1}) {
        auto* const memory = static_cast<char*>(a.vm.os.memory(LARGE));
        const pvn_vsock_header header = data_packet(12, bytes);
        std::memcpy(memory, &header, sizeof header);
        const pvn_segment part = {memory, PVN_VSOCK_HEADER_BYTES + bytes};
        EXPECT_TRUE(a.vm.log.empty()) << "128 KiB are a batch";
        ASSERT_EQ(pvn_queue_add(&a.front.transmit, &part, 1, 0, memory), PVN_OK);
        pvn_queue_kick(&a.front.transmit);
    }
    EXPECT_THAT(a.vm.log, ElementsAre(HasSubstr("impossible length")));
    EXPECT_TRUE(c.vm.log.empty());
    void* token = nullptr;
    pvn_u32 written = 0;
    EXPECT_EQ(pvn_queue_take(&receive, &token, &written), 1);
    EXPECT_EQ(written, PVN_VSOCK_HEADER_BYTES + (128u << 10));
    EXPECT_EQ(pvn_queue_take(&receive, &token, &written), 0);
}

TEST_F(sockets, stop_a_vm_that_sends_less_than_a_header) {
    auto* const memory = static_cast<char*>(a.vm.os.memory(64));
    const pvn_segment part = {memory, PVN_VSOCK_HEADER_BYTES - 1};
    ASSERT_EQ(pvn_queue_add(&a.front.transmit, &part, 1, 0, memory), PVN_OK);
    pvn_queue_kick(&a.front.transmit);
    EXPECT_THAT(a.vm.log, ElementsAre(HasSubstr("impossible length")));
}

TEST_F(sockets, give_up_on_a_vm_that_never_answers) {
    connect();
    const std::string text(60000, 'z');
    pvn_vsock_send(&a.front, &a.socket, text.data(), text.size());
    a.poll();
    pvn_vsock_send(&a.front, &a.socket, text.data(), text.size());
    ASSERT_EQ(a.device->waits_for(), 11u);
    EXPECT_TRUE(a.slot->waiting) << "to be told the time";
    a.device->tick(1000);
    EXPECT_TRUE(a.device->waiting()) << "and again";
    a.device->tick(2999);
    EXPECT_EQ(a.device->waits_for(), 11u);
    a.device->tick(3000);
    EXPECT_EQ(a.device->waits_for(), 11u);
    EXPECT_TRUE(a.device->behind()) << "for its VM's own time: a tick is everybody's";
    finish_work(*a.device);
    a.poll();
    EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSED) << "the peer's reset, in its name";
    EXPECT_TRUE(a.vm.log.empty());
}

/// A driver that keeps its transmit queue full of packets for 11, each a connection's of
/// its own, and takes back what it sent.
struct talker {
    explicit talker(sock_vm& vm) : vm_{vm} {
        header_ = static_cast<pvn_vsock_header*>(vm.vm.os.memory(PVN_VSOCK_HEADER_BYTES));
        *header_ = data_packet(11, 0);
        header_->source_cid = vm.device->cid();
        start();
    }

    void start() {
        pvn_device* const device = vm_.slot->probe();
        EXPECT_EQ(pvn_device_begin(device, PVN_KIND_VSOCK, 0, 0), PVN_OK);
        EXPECT_EQ(pvn_queue_start(&transmit_, device, PVN_VSOCK_TX, 8, 0), PVN_OK);
        pvn_device_ready(device);
    }

    /// How many of its packets were taken off it since the last call.
    int talk() {
        void* token;
        pvn_u32 written;
        int done = 0;
        while (pvn_queue_take(&transmit_, &token, &written) == 1) {
            ++done;
        }
        const pvn_segment part = {header_, PVN_VSOCK_HEADER_BYTES};
        while (pvn_queue_add(&transmit_, &part, 1, 0, header_) == PVN_OK) {
        }
        pvn_queue_kick(&transmit_);
        finish_work(*vm_.device);
        return done;
    }

private:
    sock_vm& vm_;
    pvn_vsock_header* header_;
    pvn_queue transmit_{};
};

TEST_F(sockets, wait_as_long_for_a_vm_in_the_next_life_of_who_waits) {
    sock_vm c{exchange, 12, true};
    talker driver{c};
    for (int i = 0; i < 50; i++) {
        driver.talk();
    }
    ASSERT_EQ(c.device->waits_for(), 11u);
    c.device->tick(1000);
    c.device->reset();
    driver.start();
    driver.talk();
    ASSERT_EQ(c.device->waits_for(), 11u);
    c.device->tick(9000);
    finish_work(*c.device);
    EXPECT_EQ(driver.talk(), 0) << "nobody has waited for 2 s yet";
}

/// A VM that takes requests and reads no answers makes who serves it stand still: for 2 s
/// once, and an eighth of the time from then on.
TEST_F(sockets, wait_an_eighth_of_the_time_for_a_vm_that_never_reads) {
    sock_vm c{exchange, 12, true};
    talker driver{c};
    uint32_t still = 0;
    for (uint32_t now = 10; now <= 100'000; now += 10) {
        driver.talk();
        still += c.device->waits_for() == 11 ? 10 : 0;
        c.device->tick(now);
    }
    EXPECT_LE(still, 2000u + 100'000 / 8 * 11 / 10) << "told every 10 ms";
    EXPECT_GE(still, 5000u) << "who was slow once is waited for again";
}

TEST_F(sockets, let_go_of_a_vm_that_dies_while_somebody_waits_for_it) {
    connect();
    const std::string text(60000, 'z');
    pvn_vsock_send(&a.front, &a.socket, text.data(), text.size());
    a.poll();
    pvn_vsock_send(&a.front, &a.socket, text.data(), text.size());
    ASSERT_EQ(a.device->waits_for(), 11u);
    exchange.leave(*b.device);
    b.device->reset();
    a.poll();
    EXPECT_EQ(a.device->waits_for(), 0u);
    EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSED);
}

TEST_F(sockets, stop_a_vm_that_speaks_in_anothers_name) {
    a.front.cid = 11;
    pvn_vsock_connect(&a.front, &a.socket, 11, 1, 700);
    EXPECT_THAT(a.vm.log, ElementsAre(HasSubstr("another VM's number")));
    EXPECT_TRUE(b.vm.log.empty());
    b.poll();
    EXPECT_EQ(b.socket.state, PVN_VSOCK_CLOSED);
}

} // namespace
} // namespace paravane::test
