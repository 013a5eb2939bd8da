// SPDX-License-Identifier: BSD-2-Clause
// See vsock.hpp.
#include "backend/vsock.hpp"

namespace paravane::backend {

namespace {

constexpr uint32_t HEADER_BYTES = PVN_VSOCK_HEADER_BYTES;

} // namespace

void vsock_exchange::leave(vsock& member) {
    for (vsock*& place : members_) {
        place = place == &member ? nullptr : place;
    }
    room_at(member.cid());
}

vsock* vsock_exchange::find(uint32_t cid) const {
    for (vsock* member : members_) {
        if (member != nullptr && member->cid() == cid) {
            return member;
        }
    }
    return nullptr;
}

void vsock_exchange::room_at(uint32_t cid) {
    for (vsock* member : members_) {
        if (member != nullptr && member->waits_for() == cid) {
            member->resume();
        }
    }
}

void vsock_exchange::pass_time(uint32_t now_ms) {
    for (vsock* member : members_) {
        if (member != nullptr) {
            member->regain_patience(now_ms);
        }
    }
}

void vsock::stopped() {
    waits_for_ = waits_since_ = passed_ = 0;
    // Who waits for our buffers finds nobody at home now, and is told so.
    exchange_.room_at(cid_);
}

void vsock::serve(uint32_t queue) {
    if (queue == PVN_VSOCK_RX) {
        exchange_.room_at(cid_);
        return;
    }
    if (queue != PVN_VSOCK_TX) {
        return;
    }
    chain packet;
    waits_for_ = 0;
    while (take(PVN_VSOCK_TX, packet) && handle(packet)) {
    }
    signal(PVN_VSOCK_TX);
}

/// The sender goes on having the packet's memory, so what is relied on is loaded once.
bool vsock::handle(const chain& packet) {
    pvn_vsock_header split;
    auto* header = static_cast<const pvn_vsock_header*>(packet.readable_words(HEADER_BYTES));
    if (header == nullptr) {
        split = {};
        packet.copy_in(0, &split, HEADER_BYTES);
        header = &split;
    }
    const route way = {PVN_LOAD32(&header->source_cid), PVN_LOAD32(&header->source_cid_high),
                       PVN_LOAD32(&header->target_cid), PVN_LOAD32(&header->target_cid_high)};
    const uint32_t bytes = packet.readable_bytes - HEADER_BYTES;
    if (packet.readable_bytes < HEADER_BYTES || PVN_LOAD32(&header->bytes) != bytes ||
        bytes < passed_ || bytes > MOST_BYTES) {
        break_down("packet of an impossible length");
        return false;
    }
    if (way.source != cid_ || way.source_high != 0) {
        break_down("packet with another VM's number");
        return false;
    }
    vsock* const target = way.target_high == 0 ? exchange_.find(way.target) : nullptr;
    const outcome result = target == nullptr || target == this
                               ? outcome::refused
                               : target->accept(way, *header, packet, passed_);
    if (result == outcome::full) {
        wait_for_time(); // in which patience ends, or comes back
        if (target->patience_ != 0) {
            untake(PVN_VSOCK_TX, packet);
            waits_for_ = way.target;
            return false;
        }
    }
    passed_ = waits_since_ = 0;
    if (result != outcome::delivered) {
        refuse(*header, way);
    }
    give(PVN_VSOCK_TX, packet.head, 0);
    return true;
}

/// From `passed` on, in as many buffers as it takes: senders cut theirs by their own
/// measure. `header` may be the sender's memory: what was checked of it is put over it.
vsock::outcome vsock::accept(const route& way, const pvn_vsock_header& header, const chain& packet,
                             uint32_t& passed) {
    const uint32_t bytes = packet.readable_bytes - HEADER_BYTES;
    outcome result = outcome::full;
    chain in;
    while (take_buffer(PVN_VSOCK_RX, in)) {
        const uint32_t left = bytes - passed;
        if (in.writable_bytes < HEADER_BYTES + (left != 0 ? 1 : 0)) {
            break_down("receive buffer too small");
            break;
        }
        const uint32_t room = in.writable_bytes - HEADER_BYTES;
        const uint32_t part = left < room ? left : room;
        pvn_vsock_header split;
        auto* const whole = static_cast<pvn_vsock_header*>(in.writable_words(HEADER_BYTES));
        pvn_vsock_header& shown = whole != nullptr ? *whole : split;
        __builtin_memcpy(&shown, &header, HEADER_BYTES);
        __builtin_memcpy(&shown, &way, sizeof way);
        shown.bytes = part;
        if (part != left) {
            shown.flags = 0; // the end is its last piece's to tell
        }
        if (whole == nullptr) {
            in.copy_out(0, &split, HEADER_BYTES);
        }
        in.copy_across(HEADER_BYTES, packet, HEADER_BYTES + passed, part);
        give(PVN_VSOCK_RX, in.head, HEADER_BYTES + part);
        passed += part;
        if (passed == bytes) {
            result = outcome::delivered;
            break;
        }
    }
    signal(PVN_VSOCK_RX);
    return running() ? result : outcome::refused;
}

/// A reset in the peer's name; without room for it the sender's own timeout serves.
void vsock::refuse(const pvn_vsock_header& header, const route& way) {
    chain in;
    if (PVN_LOAD16(&header.operation) == PVN_VSOCK_RESET || !take_buffer(PVN_VSOCK_RX, in)) {
        return;
    }
    pvn_vsock_header reply{};
    reply.source_cid = way.target;
    reply.source_cid_high = way.target_high;
    reply.target_cid = cid_;
    reply.source_port = header.target_port;
    reply.target_port = header.source_port;
    reply.type = header.type;
    reply.operation = PVN_VSOCK_RESET;
    give(PVN_VSOCK_RX, in.head, in.copy_out(0, &reply, HEADER_BYTES));
    signal(PVN_VSOCK_RX);
}

void vsock::resume() {
    serve_batch(PVN_VSOCK_TX);
}

void vsock::regain_patience(uint32_t now_ms) {
    const uint32_t times = (now_ms - regained_) / PATIENCE_MS;
    regained_ += times * PATIENCE_MS;
    const uint32_t patience = patience_ + times * REGAINED_MS;
    patience_ = patience < PATIENCE_MS ? patience : PATIENCE_MS;
}

void vsock::tick(uint32_t now_ms) {
    device::tick(now_ms);
    exchange_.pass_time(now_ms);
    vsock* const slow = waits_for_ == 0 ? nullptr : exchange_.find(waits_for_);
    const uint32_t since = waits_since_;
    waits_since_ = slow == nullptr ? 0 : now_ms;
    if (slow != nullptr && since != 0) {
        const uint32_t waited = now_ms - since;
        slow->patience_ = waited < slow->patience_ ? slow->patience_ - waited : 0;
        if (slow->patience_ == 0) {
            fall_behind();
        }
    }
}

} // namespace paravane::backend
