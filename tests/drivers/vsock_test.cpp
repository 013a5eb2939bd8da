// SPDX-License-Identifier: BSD-2-Clause
// The socket front end: two of them through a wire, and one against a peer that
// lies about credit, ports and lengths.
#include "pvn_vsock.h"

#include "harness.hpp"

#include <deque>
#include <random>

namespace paravane::test {
namespace {

/// A front end with its device, an address, and one connection.
struct station {
    station(fake_os& os, uint32_t cid) : fake{os, PVN_KIND_VSOCK, 3, GetEvents()}, input(300) {
        std::memcpy(fake.config.data(), &cid, 4);
        EXPECT_EQ(pvn_mmio_probe(&mmio, fake_device::bus(), &fake, os.table()), PVN_OK);
        EXPECT_EQ(pvn_vsock_start(&vsock, &mmio.device, this), PVN_OK);
        socket.buffer = input.data();
        socket.capacity = input.size();
        socket.context = this;
        socket.ready = [](pvn_vsock_socket* s) { static_cast<station*>(s->context)->news++; };
        listener = {1024,
                    [](pvn_vsock_listener* l, uint32_t, uint32_t) {
                        auto* self = static_cast<station*>(l->context);
                        return std::exchange(self->willing, nullptr);
                    },
                    this, nullptr};
    }
    static uint64_t GetEvents() { return PVN_FEATURE(PVN_F_EVENT_INDEX); }

    int poll() {
        int all = 0;
        int step = 0;
        while ((step = pvn_vsock_poll(&vsock)) > 0) {
            all += step;
        }
        return step < 0 ? step : all;
    }

    bool put(const std::vector<std::byte>& packet) {
        auto chain = fake.pop(PVN_VSOCK_RX);
        if (!chain) {
            return false;
        }
        fake.push(PVN_VSOCK_RX, chain->head, chain->scatter(packet));
        return true;
    }

    std::optional<std::vector<std::byte>> get() {
        auto chain = fake.pop(PVN_VSOCK_TX);
        if (!chain) {
            return std::nullopt;
        }
        fake.push(PVN_VSOCK_TX, chain->head, 0);
        return chain->gather();
    }

    fake_device fake;
    pvn_mmio mmio{};
    pvn_vsock vsock{};
    std::vector<char> input;
    pvn_vsock_socket socket{};
    pvn_vsock_listener listener{};
    pvn_vsock_socket* willing = &socket;
    int news = 0;
};

struct pair : testing::Test {
    pair() { pvn_vsock_listen(&b.vsock, &b.listener); }

    void carry() {
        for (int i = 0; i < 20; i++) {
            while (auto packet = a.get()) {
                to_b.push_back(*packet);
            }
            while (auto packet = b.get()) {
                to_a.push_back(*packet);
            }
            while (!to_a.empty() && a.put(to_a.front())) {
                to_a.pop_front();
            }
            while (!to_b.empty() && b.put(to_b.front())) {
                to_b.pop_front();
            }
            ASSERT_GE(a.poll(), 0);
            ASSERT_GE(b.poll(), 0);
        }
    }

    void connect() {
        ASSERT_EQ(pvn_vsock_connect(&a.vsock, &a.socket, 4, 1024, 5000), PVN_OK);
        carry();
        ASSERT_EQ(a.socket.state, PVN_VSOCK_OPEN);
        ASSERT_EQ(b.socket.state, PVN_VSOCK_OPEN);
    }

    fake_os os;
    station a{os, 3};
    station b{os, 4};
    std::deque<std::vector<std::byte>> to_a, to_b;
};

TEST_F(pair, connects_and_tells_both_sides) {
    connect();
    EXPECT_EQ(b.socket.peer_cid, 3u);
    EXPECT_EQ(b.socket.peer_port, 5000u);
    EXPECT_GE(a.news, 1);
    EXPECT_GE(b.news, 1);
}

TEST_F(pair, refuses_a_port_without_a_listener_and_a_listener_without_a_socket) {
    pvn_vsock_connect(&a.vsock, &a.socket, 4, 99, 5000);
    carry();
    EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSED);
    b.willing = nullptr;
    pvn_vsock_connect(&a.vsock, &a.socket, 4, 1024, 5000);
    carry();
    EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSED);
}

TEST_F(pair, carries_a_stream_both_ways_with_small_buffers_and_stalls) {
    connect();
    std::mt19937 random{7};
    std::string sent, got, sent_back, got_back;
    const auto move = [&](station& from, station& to, std::string& in, std::string& out) {
        char data[500];
        if (in.size() < 60000) {
            const uint32_t bytes = 1 + random() % sizeof(data);
            for (uint32_t i = 0; i < bytes; i++) {
                data[i] = static_cast<char>(random());
            }
            const int taken = pvn_vsock_send(&from.vsock, &from.socket, data, bytes);
            ASSERT_GE(taken, 0);
            in.append(data, taken);
        }
        if (random() % 3 == 0) {
            const int given = pvn_vsock_receive(&to.vsock, &to.socket, data, random() % 500);
            ASSERT_GE(given, 0);
            out.append(data, given);
        }
    };
    for (int i = 0; i < 20000 && (got.size() < 60000 || got_back.size() < 60000); i++) {
        move(a, b, sent, got);
        move(b, a, sent_back, got_back);
        if (random() % 2) {
            carry();
        }
        ASSERT_LE(b.socket.stored, b.socket.capacity);
    }
    EXPECT_GE(got.size(), 60000u);
    EXPECT_EQ(got, sent.substr(0, got.size()));
    EXPECT_EQ(got_back, sent_back.substr(0, got_back.size()));
}

TEST_F(pair, an_interrupt_is_on_order_once_a_poll_found_nothing) {
    connect();
    const auto arrive = [&] {
        pvn_vsock_send(&a.vsock, &a.socket, "x", 1);
        EXPECT_TRUE(b.put(*a.get()));
    };
    b.poll();
    const int before = b.fake.interrupts;
    arrive();
    EXPECT_EQ(b.fake.interrupts, before + 1);
    EXPECT_EQ(pvn_vsock_poll(&b.vsock), 1);
    arrive();
    EXPECT_EQ(b.fake.interrupts, before + 1) << "who has just found something looks again";
    EXPECT_EQ(pvn_vsock_poll(&b.vsock), 1);
    EXPECT_EQ(pvn_vsock_poll(&b.vsock), 0);
    arrive();
    EXPECT_EQ(b.fake.interrupts, before + 2);
}

TEST_F(pair, sender_waits_for_credit_and_is_told) {
    connect();
    const std::string flood(1000, 'x');
    EXPECT_EQ(pvn_vsock_send(&a.vsock, &a.socket, flood.data(), flood.size()), 300);
    EXPECT_EQ(pvn_vsock_send(&a.vsock, &a.socket, flood.data(), flood.size()), 0);
    carry();
    EXPECT_EQ(b.socket.stored, 300u);
    a.news = 0;
    char data[200];
    EXPECT_EQ(pvn_vsock_receive(&b.vsock, &b.socket, data, 200), 200);
    carry();
    EXPECT_EQ(a.news, 1);
    EXPECT_EQ(pvn_vsock_send(&a.vsock, &a.socket, flood.data(), flood.size()), 200);
}

TEST_F(pair, close_lets_the_peer_read_what_was_sent) {
    connect();
    ASSERT_EQ(pvn_vsock_send(&a.vsock, &a.socket, "last words", 10), 10);
    pvn_vsock_close(&a.vsock, &a.socket);
    EXPECT_EQ(pvn_vsock_send(&a.vsock, &a.socket, "x", 1), PVN_REFUSED);
    carry();
    EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSED);
    EXPECT_EQ(b.socket.state, PVN_VSOCK_CLOSED);
    char data[20] = {};
    EXPECT_EQ(pvn_vsock_receive(&b.vsock, &b.socket, data, 20), 10);
    EXPECT_STREQ(data, "last words");
}

TEST_F(pair, transport_reset_closes_everything_and_reads_the_new_address) {
    connect();
    const uint32_t cid = 77;
    std::memcpy(a.fake.config.data(), &cid, 4);
    auto chain = a.fake.pop(PVN_VSOCK_EVENT);
    const uint32_t event = PVN_VSOCK_TRANSPORT_RESET;
    a.fake.push(PVN_VSOCK_EVENT, chain->head, chain->scatter(std::as_bytes(std::span{&event, 1})));
    EXPECT_GT(a.poll(), 0);
    EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSED);
    EXPECT_EQ(a.vsock.cid, 77u);
    EXPECT_TRUE(a.fake.pop(PVN_VSOCK_EVENT)) << "the event buffer is offered again";
}

/// One front end, and a peer made of raw packets.
struct hostile_peer : testing::Test {
    hostile_peer() {
        pvn_vsock_listen(&a.vsock, &a.listener);
        packet.source_cid = 9;
        packet.target_cid = 3;
        packet.source_port = 1;
        packet.target_port = 1024;
        packet.type = PVN_VSOCK_STREAM;
        packet.buffer_bytes = 1000;
        send(PVN_VSOCK_REQUEST);
        EXPECT_EQ(answer(), PVN_VSOCK_RESPONSE);
    }

    void send(uint16_t operation, const std::string& payload = {}) {
        packet.operation = operation;
        packet.bytes = payload.size();
        raw(payload);
    }

    void raw(const std::string& payload) {
        std::vector<std::byte> all(sizeof(packet) + payload.size());
        std::memcpy(all.data(), &packet, sizeof(packet));
        std::memcpy(all.data() + sizeof(packet), payload.data(), payload.size());
        ASSERT_TRUE(a.put(all));
        status = a.poll();
    }

    /// The operation of the front end's next packet, 0 when there is none.
    unsigned answer() {
        auto got = a.get();
        pvn_vsock_header header{};
        if (got) {
            std::memcpy(&header, got->data(), sizeof(header));
            EXPECT_EQ(header.target_cid, 9u);
            EXPECT_EQ(header.source_cid, 3u);
        }
        return header.operation;
    }

    void expect_reset() {
        EXPECT_EQ(answer(), PVN_VSOCK_RESET);
        EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSED);
        EXPECT_GT(status, 0) << "the device is not to blame";
        EXPECT_EQ(a.vsock.device->broken, nullptr);
    }

    fake_os os;
    station a{os, 3};
    pvn_vsock_header packet{};
    int status = 0;
};

TEST_F(hostile_peer, that_sends_beyond_its_credit_is_cut_off) {
    send(PVN_VSOCK_DATA, std::string(300, 'x'));
    EXPECT_EQ(a.socket.stored, 300u);
    send(PVN_VSOCK_DATA, "y");
    expect_reset();
}

TEST_F(hostile_peer, that_claims_to_have_received_more_than_was_sent_gets_nothing) {
    packet.forwarded = 5000;
    send(PVN_VSOCK_CREDIT_UPDATE);
    EXPECT_EQ(pvn_vsock_send(&a.vsock, &a.socket, "x", 1), 0);
}

TEST_F(hostile_peer, that_shrinks_its_buffer_below_what_is_on_the_way_gets_nothing) {
    EXPECT_EQ(pvn_vsock_send(&a.vsock, &a.socket, "12345", 5), 5);
    packet.buffer_bytes = 3;
    send(PVN_VSOCK_CREDIT_UPDATE);
    EXPECT_EQ(pvn_vsock_send(&a.vsock, &a.socket, "x", 1), 0);
}

TEST_F(hostile_peer, that_uses_an_unknown_operation_is_cut_off) {
    send(77);
    expect_reset();
}

TEST_F(hostile_peer, that_asks_twice_is_cut_off) {
    send(PVN_VSOCK_REQUEST);
    expect_reset();
}

TEST_F(hostile_peer, that_sends_after_its_own_shutdown_is_cut_off) {
    packet.flags = PVN_VSOCK_SHUTDOWN_SEND;
    send(PVN_VSOCK_SHUTDOWN);
    EXPECT_EQ(a.socket.state, PVN_VSOCK_OPEN);
    send(PVN_VSOCK_DATA, "x");
    expect_reset();
}

TEST_F(hostile_peer, of_an_unknown_connection_or_type_is_answered_by_a_reset) {
    packet.source_port = 2;
    send(PVN_VSOCK_DATA, "x");
    EXPECT_EQ(answer(), PVN_VSOCK_RESET);
    packet.source_port = 1;
    packet.type = 2;
    send(PVN_VSOCK_DATA, "x");
    EXPECT_EQ(answer(), PVN_VSOCK_RESET);
    EXPECT_EQ(a.socket.state, PVN_VSOCK_OPEN) << "the connection lives";
    packet.type = PVN_VSOCK_STREAM;
    packet.source_port = 2;
    send(PVN_VSOCK_RESET);
    EXPECT_EQ(answer(), 0u) << "a reset is never answered by a reset";
}

TEST_F(hostile_peer, of_another_address_is_not_heard) {
    packet.target_cid = 5;
    send(PVN_VSOCK_RESET);
    EXPECT_EQ(a.socket.state, PVN_VSOCK_OPEN);
    packet.target_cid = 3;
    packet.source_cid_high = 1;
    send(PVN_VSOCK_RESET);
    EXPECT_EQ(a.socket.state, PVN_VSOCK_OPEN);
}

TEST_F(hostile_peer, that_never_answers_a_shutdown_is_cut_off_at_the_second_close) {
    pvn_vsock_close(&a.vsock, &a.socket);
    EXPECT_EQ(answer(), PVN_VSOCK_SHUTDOWN);
    send(PVN_VSOCK_CREDIT_REQUEST);
    EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSING);
    EXPECT_EQ(answer(), PVN_VSOCK_CREDIT_UPDATE);
    pvn_vsock_close(&a.vsock, &a.socket);
    expect_reset();
    pvn_vsock_close(&a.vsock, &a.socket);
    EXPECT_EQ(answer(), 0u) << "there is nothing to close any more";
    a.willing = &a.socket;
    send(PVN_VSOCK_REQUEST);
    EXPECT_EQ(answer(), PVN_VSOCK_RESPONSE) << "the socket is the caller's again";
}

TEST_F(hostile_peer, flood_of_requests_leaves_the_front_end_alive) {
    packet.source_port = 50;
    for (int i = 0; i < 200; i++) {
        packet.source_port++;
        send(PVN_VSOCK_REQUEST);
    }
    EXPECT_EQ(a.vsock.device->broken, nullptr);
    EXPECT_EQ(answer(), PVN_VSOCK_RESET);
}

TEST_F(hostile_peer, packet_longer_than_its_buffer_breaks_the_device) {
    packet.operation = PVN_VSOCK_DATA;
    packet.bytes = 100;
    raw("only this");
    EXPECT_EQ(status, PVN_BROKEN);
    EXPECT_EQ(a.socket.state, PVN_VSOCK_CLOSED);
}

TEST_F(hostile_peer, packet_without_a_header_breaks_the_device) {
    ASSERT_TRUE(a.put(std::vector<std::byte>(43)));
    EXPECT_EQ(a.poll(), PVN_BROKEN);
}

} // namespace
} // namespace paravane::test
