// SPDX-License-Identifier: BSD-2-Clause
// A virtio-mmio device in the host tests: registers of both versions and the
// device's side of split rings, written from the standard and not from our
// driver side. It fails the test when the driver breaks the standard, and its
// knobs make it break the standard itself.
#pragma once

#include "fake_os.hpp"
#include "pvn_mmio.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace paravane::test {

struct fake_chain {
    uint16_t head = 0;
    std::vector<std::span<std::byte>> readable;
    std::vector<std::span<std::byte>> writable;

    std::vector<std::byte> gather() const;
    /// Fills the writable part from its start; how many bytes went in.
    uint32_t scatter(std::span<const std::byte> data) const;
    uint32_t writable_bytes() const;
};

/// One queue as the device sees it.
class fake_queue {
public:
    uint32_t limit = 64; // what the register says
    uint32_t size = 0;
    bool ready = false;
    uint64_t descriptors = 0;
    uint64_t available = 0;
    uint64_t used = 0;
    uint16_t seen = 0; // our index of the available ring
    uint16_t put = 0;  // our index of the used ring
    std::set<uint16_t> held;
    int kicks = 0;
};

class fake_device {
public:
    fake_device(fake_os& os, uint32_t kind, unsigned queues, uint64_t features,
                bool legacy = false);

    static const pvn_mmio_bus* bus();

    /// The next chain offered, or nothing.
    std::optional<fake_chain> pop(unsigned queue);
    /// Hands a chain back, then interrupts if the driver asks for it.
    void push(unsigned queue, uint16_t head, uint32_t written);
    /// Asks to be notified of the next chain; true when one is there already.
    bool listen(unsigned queue);

    void change_config(size_t offset, uint32_t value, unsigned width);
    bool has(unsigned feature) const { return (accepted >> feature) & 1; }
    uint16_t* used_index(unsigned queue);
    void put_used(unsigned queue, uint32_t id, uint32_t written);
    void interrupt(unsigned queue, uint16_t before);

    uint32_t magic = PVN_MMIO_MAGIC_VALUE;
    uint32_t version;
    uint32_t kind;
    uint64_t offered;
    uint64_t accepted = 0;
    uint32_t status = 0;
    uint32_t pending = 0;
    int interrupts = 0;
    std::vector<uint8_t> config = std::vector<uint8_t>(256);
    std::vector<fake_queue> queues;
    std::function<void(unsigned queue)> on_kick;

    // Knobs.
    bool never_resets = false;
    bool declines_features = false;
    bool declines_queues = false;
    bool config_restless = false;

private:
    uint32_t read(uint32_t offset, unsigned width);
    void write(uint32_t offset, unsigned width, uint32_t value);
    void write_queue(uint32_t offset, uint32_t value);
    void write_status(uint32_t value);
    void add_segment(fake_chain& chain, const pvn_desc& descriptor);
    void walk(fake_chain& chain, uint64_t table, uint32_t count, uint16_t first, bool indirect);

    fake_os& os_;
    uint32_t offered_select_ = 0;
    uint32_t accepted_select_ = 0;
    uint32_t queue_select_ = 0;
    uint32_t page_size_ = 0;
    uint32_t generation_ = 0;
};

} // namespace paravane::test
