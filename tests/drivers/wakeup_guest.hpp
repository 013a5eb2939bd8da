// SPDX-License-Identifier: BSD-2-Clause
// One of the VMs of wakeup_test.cpp: a guest kernel, as it were, with the kit's front ends,
// that moves a stream, frames, text and sectors and does each step at random.
#pragma once

#include "vm_kit.hpp"

#include "pvn_block.h"
#include "pvn_console.h"
#include "pvn_net.h"
#include "pvn_vsock.h"

#include <random>
#include <string>

namespace paravane::test {

inline constexpr uint32_t STREAM = 20000, FRAMES = 60, TEXT = 3000, SECTORS = 40;
enum device_number : uint32_t { SOCKET, CARD, CONSOLE, DISK, DEVICES };

/// How a run goes about it.
struct way {
    bool page;
    uint16_t ring; ///< Entries of every queue, at most.
    unsigned seed;
};

/// One VM: its kernel, as it were. Only step() and on_interrupt() run in it.
class guest {
public:
    guest(hypervisor& whole, vm& machine, vcpu& cpu, const way& how)
        : kit_{whole, machine}, cpu_{cpu}, how_{how}, random_{how.seed},
          first_{machine.config->id == 1} {}

    void start();
    void on_interrupt();
    void step();
    bool done() const;
    std::string report() const;

    /// Whether an interrupt would be delivered now.
    bool takes_interrupts() const { return !masked_; }

private:
    unsigned pick(unsigned bound) { return random_() % bound; }
    pvn_device* probe(uint32_t index);
    bool work();
    bool stream();
    bool send_frame();
    bool write_text();
    bool read_disk();
    bool poll();
    void sleep();
    void unmask();
    void receive(const void* frame, uint32_t bytes);

    vm_kit kit_;
    vcpu& cpu_;
    way how_;
    std::mt19937 random_;
    bool first_;
    bool masked_ = false;
    bool slept_ = false;

    pvn_vsock socket_device_{};
    pvn_vsock_socket socket_{};
    pvn_vsock_listener listener_{};
    char buffer_[512];
    uint32_t sent_ = 0, got_ = 0, held_ = 0;
    char echo_[256];

    pvn_net card_{};
    pvn_segment frame_part_{};
    pvn_net_frame frame_{};
    uint32_t frames_sent_ = 0, frames_got_ = 0;
    bool frame_busy_ = false, unkicked_ = false;

    pvn_console console_{};
    uint32_t written_ = 0;

    pvn_block disk_{};
    pvn_segment sector_{};
    pvn_block_request request_{};
    uint32_t sectors_read_ = 0;
    bool request_busy_ = false;
};

} // namespace paravane::test
