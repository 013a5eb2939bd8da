// SPDX-License-Identifier: BSD-2-Clause
// See killed_guest.hpp.
#include "killed_guest.hpp"

#include <algorithm>
#include <cstring>

namespace paravane::test {

life::life(hypervisor& whole, vm& machine, vcpu& cpu, unsigned seed, char name)
    : kit_{whole, machine}, cpu_{cpu}, random_{seed}, name_{name} {}

void life::start(uint16_t ring) {
    static constexpr pvn_u32 KINDS[] = {PVN_KIND_CONSOLE, PVN_KIND_ENTROPY};
    for (uint32_t i = 0; i < KILLED_DEVICES; ++i) {
        devices_[i] = kit_.probe(i, ring);
        ASSERT_EQ(pvn_device_begin(devices_[i], KINDS[i], 0, 0), PVN_OK);
    }
    const uint16_t together = ring / 2; // segments of a chain that costs one descriptor
    ASSERT_EQ(pvn_queue_start(&console_, devices_[KILLED_CONSOLE], PVN_CONSOLE_TX, ring, together),
              PVN_OK);
    ASSERT_EQ(pvn_queue_start(&entropy_, devices_[KILLED_ENTROPY], 0, ring, 0), PVN_OK);
    for (pvn_device* const each : devices_) {
        pvn_device_ready(each);
    }
    for (uint32_t i = 0; i < BUFFERS; ++i) {
        texts_.push_back({kit_.memory(BUFFER_BYTES, 64), 0, false});
        answers_.push_back({kit_.memory(MOST_ASKED, 64), 0, false});
    }
}

life::buffer* life::free_one(std::vector<buffer>& all) {
    const auto found = std::find_if(all.begin(), all.end(), [](auto& each) { return !each.busy; });
    return found == all.end() ? nullptr : &*found;
}

/// Offers the buffer in up to three parts; false when the ring is full.
bool life::lay(pvn_queue& queue, buffer& from, bool writable) {
    pvn_segment parts[3];
    uint32_t count = 0;
    for (uint32_t at = 0; at < from.bytes;) {
        const uint32_t left = from.bytes - at;
        const uint32_t part = count == 2 ? left : 1 + pick(left);
        parts[count++] = {from.memory + at, part};
        at += part;
    }
    const int status =
        pvn_queue_add(&queue, parts, writable ? 0 : count, writable ? count : 0, &from);
    EXPECT_TRUE(status == PVN_OK || status == PVN_FULL) << status;
    from.busy = status == PVN_OK;
    return from.busy;
}

void life::write() {
    buffer* const out = text_.size() < TEXT ? free_one(texts_) : nullptr;
    if (out == nullptr) {
        return;
    }
    out->bytes = 1 + pick(pick(3) == 0 ? BUFFER_BYTES : 300);
    std::string line(out->bytes, name_);
    for (size_t i = 0; i < line.size(); i += 2) {
        line[i] = static_cast<char>('0' + (text_.size() + i) / 2 % 71);
    }
    std::memcpy(out->memory, line.data(), line.size());
    if (lay(console_, *out, false)) {
        text_ += line;
        ends_.push_back(text_.size());
    }
}

void life::ask() {
    buffer* const in = asked_ < ASKS ? free_one(answers_) : nullptr;
    if (in != nullptr) {
        in->bytes = 16 + pick(MOST_ASKED - 16);
        std::memset(in->memory, 0, in->bytes);
        asked_ += lay(entropy_, *in, true) ? 1 : 0;
    }
}

/// Takes one chain back; true when there was one.
bool life::reap(pvn_queue& queue) {
    void* token = nullptr;
    pvn_u32 written = 0;
    const int taken = pvn_queue_take_or_arm(&queue, &token, &written);
    EXPECT_GE(taken, 0) << queue.device->broken;
    if (taken != 1) {
        return false;
    }
    buffer& done = *static_cast<buffer*>(token);
    done.busy = false;
    if (&queue == &entropy_) {
        EXPECT_TRUE(written >= 16 && written <= done.bytes) << written;
        EXPECT_TRUE(std::any_of(done.memory, done.memory + written, [](uint8_t one) {
            return one != 0;
        })) << "no random bytes";
    }
    return true;
}

bool life::poll() {
    const bool text = reap(console_);
    return reap(entropy_) || text;
}

/// As every kernel's idle loop: interrupts claimed, looked once more, slept.
void life::sleep() {
    for (uint32_t i = 0; i < KILLED_DEVICES; ++i) {
        const uint32_t source = static_cast<uint32_t>(abi::irq_source::device_first) + i;
        cpu_.page->irq_claimed[source] = cpu_.page->irq_raised[source];
        pvn_device_interrupts(devices_[i]);
    }
    pvn_queue_kick(&console_);
    pvn_queue_kick(&entropy_);
    if (!poll() && console_.in_flight + entropy_.in_flight != 0) {
        kit_.call(abi::idle_call::ID);
    }
}

void life::step() {
    switch (pick(8)) {
    case 0:
    case 1:
        return write();
    case 2:
    case 3:
        return ask();
    case 4:
        return pvn_queue_kick(&console_);
    case 5:
        return pvn_queue_kick(&entropy_);
    case 6:
        poll();
        return;
    default:
        return sleep();
    }
}

bool life::done() const {
    return text_.size() >= TEXT && asked_ == ASKS && console_.in_flight + entropy_.in_flight == 0;
}

bool life::between_chains(size_t printed) const {
    return std::find(ends_.begin(), ends_.end(), printed) != ends_.end();
}

} // namespace paravane::test
