// SPDX-License-Identifier: BSD-2-Clause
// See wakeup_guest.hpp.
#include "wakeup_guest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace paravane::test {

pvn_device* guest::probe(uint32_t index) {
    // A request to a disk has three parts, and no chain may be longer than its ring.
    const uint16_t ring = index == DISK && how_.ring < 4 ? 4 : how_.ring;
    return kit_.probe(index, ring);
}

void guest::start() {
    card_.context = this;
    card_.receive = [](void* self, const void* frame, pvn_u32 bytes) {
        static_cast<guest*>(self)->receive(frame, bytes);
    };
    ASSERT_EQ(pvn_vsock_start(&socket_device_, probe(SOCKET), this), PVN_OK);
    ASSERT_EQ(pvn_net_start(&card_, probe(CARD), this), PVN_OK);
    ASSERT_EQ(pvn_console_start(&console_, probe(CONSOLE), this), PVN_OK);
    ASSERT_EQ(pvn_block_start(&disk_, probe(DISK), this), PVN_OK);
    socket_.buffer = buffer_;
    socket_.capacity = sizeof buffer_;
    listener_ = {1,
                 [](pvn_vsock_listener* where, pvn_u32, pvn_u32) {
                     return static_cast<pvn_vsock_socket*>(where->context);
                 },
                 &socket_, nullptr};
    pvn_vsock_listen(&socket_device_, &listener_);
    auto* const frame = kit_.memory(64, 64);
    std::memset(frame, 0xff, 6);
    std::memcpy(frame + 6, card_.mac, 6);
    frame_part_ = {frame, 60};
    frame_ = {
        &frame_part_, 1,
        [](pvn_net_frame* which) { static_cast<guest*>(which->context)->frame_busy_ = false; },
        this};
    sector_ = {kit_.memory(512, 64), 512};
    request_ = {PVN_BLOCK_READ,
                0,
                &sector_,
                1,
                [](pvn_block_request* which, int status) {
                    auto& vm = *static_cast<guest*>(which->context);
                    EXPECT_EQ(status, PVN_OK);
                    vm.request_busy_ = false;
                    vm.sectors_read_++;
                },
                this};
    kit_.woken = true;
}

void guest::on_interrupt() {
    abi::vcpu_page& page = *cpu_.page;
    for (uint32_t i = 0; i < DEVICES; ++i) {
        const uint32_t source = static_cast<uint32_t>(abi::irq_source::device_first) + i;
        if (page.irq_raised[source] == page.irq_claimed[source] || page.irq_source_mask[source]) {
            continue;
        }
        page.irq_claimed[source] = page.irq_raised[source];
        switch (i) {
        case SOCKET:
            pvn_vsock_interrupt(&socket_device_);
            break;
        case CARD:
            pvn_net_interrupt(&card_);
            break;
        case CONSOLE:
            pvn_console_interrupt(&console_);
            break;
        default:
            pvn_block_interrupt(&disk_);
        }
    }
}

void guest::receive(const void*, uint32_t bytes) {
    EXPECT_EQ(bytes, 60u);
    frames_got_++;
}

/// What each VM does beside polling; true when it got somewhere.
bool guest::work() {
    bool moved = stream();
    moved |= send_frame();
    moved |= write_text();
    return read_disk() || moved;
}

/// The first sends and compares what comes back, the second echoes.
bool guest::stream() {
    char data[200];
    const uint32_t most = 1 + pick(sizeof data);
    if (socket_.state != PVN_VSOCK_OPEN) {
        return false;
    }
    if (!first_) {
        bool moved = false;
        if (held_ == 0) {
            held_ =
                static_cast<uint32_t>(pvn_vsock_receive(&socket_device_, &socket_, echo_, most));
            moved = held_ != 0;
        }
        if (held_ != 0) {
            const int now = pvn_vsock_send(&socket_device_, &socket_, echo_, held_);
            EXPECT_GE(now, 0);
            std::memmove(echo_, echo_ + now, held_ - static_cast<uint32_t>(now));
            held_ -= static_cast<uint32_t>(now);
            sent_ += static_cast<uint32_t>(now);
            moved |= now != 0;
        }
        return moved;
    }
    const uint32_t bytes = std::min(most, STREAM - sent_);
    for (uint32_t i = 0; i < bytes; ++i) {
        data[i] = static_cast<char>((sent_ + i) * 7 >> 2);
    }
    const int now = bytes == 0 ? 0 : pvn_vsock_send(&socket_device_, &socket_, data, bytes);
    EXPECT_GE(now, 0);
    sent_ += static_cast<uint32_t>(now);
    const int back = pvn_vsock_receive(&socket_device_, &socket_, data, most);
    for (int i = 0; i < back; ++i, ++got_) {
        EXPECT_EQ(data[i], static_cast<char>(got_ * 7 >> 2)) << got_;
    }
    return now != 0 || back != 0;
}

/// One frame on its way at a time, so that none is dropped.
bool guest::send_frame() {
    const bool turn =
        first_ ? frames_sent_ == frames_got_ && frames_sent_ < FRAMES : frames_sent_ < frames_got_;
    if (turn && !frame_busy_) {
        EXPECT_EQ(pvn_net_send(&card_, &frame_), PVN_OK);
        frame_busy_ = unkicked_ = true;
        frames_sent_++;
    }
    if (unkicked_ && pick(3) != 0) {
        unkicked_ = false;
        pvn_net_kick(&card_);
    }
    return turn || unkicked_;
}

bool guest::write_text() {
    char text[100];
    std::memset(text, 'x', sizeof text);
    const int now = pvn_console_send(&console_, text,
                                     std::min<uint32_t>(1 + pick(sizeof text), TEXT - written_));
    EXPECT_GE(now, 0);
    written_ += static_cast<uint32_t>(now);
    return now != 0;
}

bool guest::read_disk() {
    if (request_busy_ || sectors_read_ == SECTORS) {
        return false;
    }
    request_busy_ = true;
    request_.sector = pick(16);
    EXPECT_EQ(pvn_block_submit(&disk_, &request_), PVN_OK);
    pvn_block_kick(&disk_);
    return true;
}

bool guest::poll() {
    const int socket = pvn_vsock_poll(&socket_device_);
    const int card = pvn_net_poll(&card_);
    const int disk = pvn_block_poll(&disk_);
    EXPECT_TRUE(socket >= 0 && card >= 0 && disk >= 0);
    return socket != 0 || card != 0 || disk != 0;
}

/// As every kernel's idle loop: masked, looked once more, slept.
void guest::sleep() {
    masked_ = true;
    if (!kit_.woken) {
        kit_.call(abi::idle_call::ID);
        slept_ = true;
    } else {
        unmask();
    }
}

void guest::unmask() {
    masked_ = false;
    on_interrupt();
}

void guest::step() {
    abi::vcpu_page& page = *cpu_.page;
    const uint32_t source = static_cast<uint32_t>(abi::irq_source::device_first) + pick(DEVICES);
    if (slept_) { // behind its idle call
        slept_ = false;
        unmask();
        return;
    }
    switch (pick(8)) {
    case 0:
        masked_ = true;
        return;
    case 1: // a source masked for a while, as a driver does around its polling
        page.irq_source_mask[source] = 1;
        return;
    case 2:
        unmask();
        return;
    case 3:
        poll();
        kit_.woken = true;
        return;
    default:
        break;
    }
    for (uint32_t i = 0; i < DEVICES; ++i) {
        page.irq_source_mask[static_cast<uint32_t>(abi::irq_source::device_first) + i] = 0;
    }
    if (masked_ || pick(4) == 0) {
        unmask();
    }
    if (kit_.woken) {
        kit_.woken = false;
        if (first_ && socket_.state == PVN_VSOCK_CLOSED && sent_ == 0) {
            EXPECT_EQ(pvn_vsock_connect(&socket_device_, &socket_, 4, 1, 700), PVN_OK);
        }
        const bool news = poll();
        if (work() || news) {
            kit_.woken = true;
        }
    } else {
        sleep();
    }
}

bool guest::done() const {
    return sent_ == STREAM && (!first_ || got_ == STREAM) && frames_sent_ == FRAMES &&
           frames_got_ == FRAMES && written_ == TEXT && sectors_read_ == SECTORS;
}

std::string guest::report() const {
    return "sent " + std::to_string(sent_) + ", back " + std::to_string(got_) + ", frames " +
           std::to_string(frames_sent_) + "/" + std::to_string(frames_got_) + ", text " +
           std::to_string(written_) + ", sectors " + std::to_string(sectors_read_);
}

} // namespace paravane::test
