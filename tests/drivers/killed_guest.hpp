// SPDX-License-Identifier: BSD-2-Clause
// One life of a VM of killed_test.cpp: a guest kernel that keeps a console and an entropy
// device as busy as it can, each step at random, so that a death finds chains half served.
#pragma once

#include "vm_kit.hpp"

#include <random>
#include <string>
#include <vector>

namespace paravane::test {

enum killed_device : uint32_t { KILLED_CONSOLE, KILLED_ENTROPY, KILLED_DEVICES };

class life {
public:
    /// `name` tells the text of this life from that of every other.
    life(hypervisor& whole, vm& machine, vcpu& cpu, unsigned seed, char name);

    void start(uint16_t ring);
    /// Whatever a kernel does next: lays chains, rings late, polls, sleeps.
    void step();
    /// All text went out and all that was asked for came.
    bool done() const;

    /// What it gave to the console so far, in that order.
    const std::string& text() const { return text_; }
    /// Whether the text ends a chain where `printed` bytes of it are out.
    bool between_chains(size_t printed) const;
    /// Whether requests for random bytes have no answer yet.
    bool asks() const { return entropy_.in_flight != 0; }

private:
    static constexpr uint32_t TEXT = 30000, ASKS = 100;
    static constexpr uint32_t BUFFERS = 12, BUFFER_BYTES = 2048, MOST_ASKED = 100;

    struct buffer {
        uint8_t* memory;
        uint32_t bytes;
        bool busy;
    };

    uint32_t pick(uint32_t bound) { return random_() % bound; }
    buffer* free_one(std::vector<buffer>& all);
    bool lay(pvn_queue& queue, buffer& from, bool writable);
    void write();
    void ask();
    bool reap(pvn_queue& queue);
    bool poll();
    void sleep();

    vm_kit kit_;
    vcpu& cpu_;
    std::mt19937 random_;
    char name_;
    pvn_device* devices_[KILLED_DEVICES]{};
    pvn_queue console_{}, entropy_{};
    std::vector<buffer> texts_, answers_;
    std::string text_;
    std::vector<size_t> ends_{0};
    uint32_t asked_ = 0;
};

} // namespace paravane::test
