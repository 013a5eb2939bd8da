// SPDX-License-Identifier: BSD-2-Clause
// See net.hpp.
#include "backend/net.hpp"

namespace paravane::backend {

namespace {

constexpr uint32_t HEADER_BYTES = PVN_NET_HEADER_BYTES;
constexpr uint32_t SHORTEST = 14;
constexpr uint32_t LONGEST = 1514;
constexpr uint32_t ADDRESS_BYTES = 6;

constexpr bool is_group(const uint8_t* address) {
    return (address[0] & 1) != 0;
}

bool same(const uint8_t* a, const uint8_t* b) {
    return __builtin_memcmp(a, b, ADDRESS_BYTES) == 0;
}

} // namespace

void net_switch::unplug(net_port& port) {
    for (net_port*& place : ports_) {
        place = place == &port ? nullptr : place;
    }
    for (learnt& one : table_) {
        one.port = one.port == &port ? nullptr : one.port;
    }
}

net_port* net_switch::owner(const uint8_t* address) const {
    for (net_port* port : ports_) {
        if (port != nullptr && port->own != nullptr && same(port->own, address)) {
            return port;
        }
    }
    return nullptr;
}

net_port* net_switch::find(const uint8_t* address) const {
    if (net_port* const one = owner(address)) {
        return one;
    }
    for (const learnt& one : table_) {
        if (one.port != nullptr && same(one.address, address)) {
            return one.port;
        }
    }
    return nullptr;
}

void net_switch::learn(const uint8_t* address, net_port& port) {
    learnt* place = nullptr;
    for (learnt& one : table_) {
        if (one.port != nullptr && same(one.address, address)) {
            one.port = &port;
            return;
        }
        place = one.port == nullptr && place == nullptr ? &one : place;
    }
    if (place == nullptr) {
        place = &table_[next_++ % MAX_LEARNT];
    }
    __builtin_memcpy(place->address, address, ADDRESS_BYTES);
    place->port = &port;
}

void net_switch::forward(net_port& from, const net_frame& frame) {
    uint8_t addresses[2 * ADDRESS_BYTES];
    frame.from.copy_in(frame.offset, addresses, sizeof(addresses));
    const uint8_t* source = addresses + ADDRESS_BYTES;
    const net_port* const speaker = owner(source);
    if (speaker != nullptr && speaker != &from) {
        return;
    }
    if (speaker == nullptr && !is_group(source)) {
        learn(source, from);
    }
    net_port* known = is_group(addresses) ? nullptr : find(addresses);
    if (known != nullptr) {
        if (known != &from) {
            known->deliver(frame);
        }
        return;
    }
    for (net_port* port : ports_) {
        if (port != nullptr && port != &from) {
            port->deliver(frame);
        }
    }
}

void net::serve(uint32_t queue) {
    chain out;
    if (queue != PVN_NET_TX) {
        return;
    }
    while (take(PVN_NET_TX, out)) {
        const uint32_t bytes = out.readable_bytes - HEADER_BYTES;
        if (out.readable_bytes < HEADER_BYTES + SHORTEST || bytes > LONGEST) {
            break_down("frame of an impossible length");
            return;
        }
        switch_.forward(*this, {out, HEADER_BYTES, bytes});
        give(PVN_NET_TX, out.head, 0);
    }
    signal(PVN_NET_TX);
}

void net::deliver(const net_frame& frame) {
    chain in;
    if (!take_buffer(PVN_NET_RX, in)) {
        ++dropped_;
        return;
    }
    if (in.writable_bytes < HEADER_BYTES + frame.bytes) {
        break_down("receive buffer too small");
        return;
    }
    pvn_net_header header{};
    header.buffers = 1;
    in.copy_out(0, &header, HEADER_BYTES);
    in.copy_across(HEADER_BYTES, frame.from, frame.offset, frame.bytes);
    give(PVN_NET_RX, in.head, HEADER_BYTES + frame.bytes);
    signal(PVN_NET_RX);
}

} // namespace paravane::backend
