// SPDX-License-Identifier: BSD-2-Clause
// See fake_device.hpp. The checks name the section of virtio 1.2 they stand on.
#include "fake_device.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace paravane::test {

namespace {

template <class T>
T load(const fake_os& os, uint64_t address) {
    T value{};
    const std::byte* place = os.at(address, sizeof(T));
    EXPECT_NE(place, nullptr) << "the driver gave an address outside its memory";
    if (place != nullptr) {
        std::memcpy(&value, place, sizeof(T));
    }
    return value;
}

template <class T>
void store(const fake_os& os, uint64_t address, T value) {
    std::byte* place = os.at(address, sizeof(T));
    ASSERT_NE(place, nullptr) << "the driver gave an address outside its memory";
    std::memcpy(place, &value, sizeof(T));
}

} // namespace

std::vector<std::byte> fake_chain::gather() const {
    std::vector<std::byte> all;
    for (const auto part : readable) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

uint32_t fake_chain::scatter(std::span<const std::byte> data) const {
    size_t done = 0;
    for (const auto part : writable) {
        const size_t bytes = std::min(part.size(), data.size() - done);
        std::copy_n(data.begin() + done, bytes, part.begin());
        done += bytes;
    }
    return done;
}

uint32_t fake_chain::writable_bytes() const {
    size_t all = 0;
    for (const auto part : writable) {
        all += part.size();
    }
    return all;
}

fake_device::fake_device(fake_os& os, uint32_t kind, unsigned queue_count, uint64_t features,
                         bool legacy)
    : version{legacy ? 1u : 2u}, kind{kind},
      offered{features | (legacy ? 0 : PVN_FEATURE(PVN_F_VERSION_1))}, queues(queue_count),
      os_{os} {}

const pvn_mmio_bus* fake_device::bus() {
    static constexpr pvn_mmio_bus BUS = {
        [](void* registers, pvn_u32 offset, unsigned width) {
            return static_cast<fake_device*>(registers)->read(offset, width);
        },
        [](void* registers, pvn_u32 offset, unsigned width, pvn_u32 value) {
            static_cast<fake_device*>(registers)->write(offset, width, value);
        }};
    return &BUS;
}

uint32_t fake_device::read(uint32_t offset, unsigned width) {
    if (offset >= PVN_MMIO_CONFIG) {
        uint32_t value = 0;
        EXPECT_EQ(offset % width, 0u);
        std::memcpy(&value, &config.at(offset - PVN_MMIO_CONFIG), width);
        if (config_restless) {
            generation_++;
        }
        return value;
    }
    EXPECT_EQ(width, 4u) << "4.2.2.2: control registers are 32 bits wide";
    fake_queue none;
    none.limit = 0;
    const fake_queue& queue = queue_select_ < queues.size() ? queues[queue_select_] : none;
    switch (offset) {
    case PVN_MMIO_MAGIC:
        return magic;
    case PVN_MMIO_VERSION:
        return version;
    case PVN_MMIO_KIND:
        return kind;
    case PVN_MMIO_OFFERED:
        return offered_select_ > 1 ? 0 : offered >> (32 * offered_select_);
    case PVN_MMIO_QUEUE_LIMIT:
        return queue.limit;
    case PVN_MMIO_LEGACY_QUEUE_PAGE:
        EXPECT_EQ(version, 1u);
        return queue.ready;
    case PVN_MMIO_QUEUE_READY:
        EXPECT_EQ(version, 2u);
        return queue.ready;
    case PVN_MMIO_INTERRUPT_STATUS:
        return pending;
    case PVN_MMIO_STATUS:
        return never_resets && status == 0 ? 1 : status;
    case PVN_MMIO_GENERATION:
        EXPECT_EQ(version, 2u);
        return generation_;
    default:
        ADD_FAILURE() << "read of register " << std::hex << offset;
        return 0;
    }
}

void fake_device::write_status(uint32_t value) {
    if (value == 0) {
        accepted = 0;
        pending = 0;
        for (auto& queue : queues) {
            queue = [&] {
                fake_queue fresh;
                fresh.limit = queue.limit;
                return fresh;
            }();
        }
    } else {
        EXPECT_EQ(status & ~value, 0u) << "2.1.1: the driver must not clear a status bit";
    }
    if (value & PVN_STATUS_FEATURES_OK) {
        EXPECT_EQ(version, 2u) << "legacy devices know no FEATURES_OK";
        EXPECT_EQ(accepted & ~offered, 0u) << "2.2.1: accepted what was not offered";
        if (declines_features) {
            value &= ~PVN_STATUS_FEATURES_OK;
        }
    }
    status = value;
}

void fake_device::write_queue(uint32_t offset, uint32_t value) {
    if (queue_select_ >= queues.size()) {
        ADD_FAILURE() << "write for queue " << queue_select_;
        return;
    }
    fake_queue& queue = queues[queue_select_];
    const auto half = [&](uint64_t& word) {
        EXPECT_FALSE(queue.ready);
        word = offset % 8 ? (word & 0xffffffff) | uint64_t{value} << 32
                          : (word & ~uint64_t{0xffffffff}) | value;
    };
    switch (offset) {
    case PVN_MMIO_QUEUE_SIZE:
        EXPECT_LE(value, queue.limit) << "4.2.2.2";
        EXPECT_EQ(value & (value - 1), 0u) << "2.7: a power of two";
        queue.size = value;
        break;
    case PVN_MMIO_QUEUE_DESC:
    case PVN_MMIO_QUEUE_DESC + 4:
        half(queue.descriptors);
        break;
    case PVN_MMIO_QUEUE_AVAIL:
    case PVN_MMIO_QUEUE_AVAIL + 4:
        half(queue.available);
        break;
    case PVN_MMIO_QUEUE_USED:
    case PVN_MMIO_QUEUE_USED + 4:
        half(queue.used);
        break;
    case PVN_MMIO_QUEUE_READY:
        EXPECT_EQ(version, 2u);
        EXPECT_TRUE(status & PVN_STATUS_FEATURES_OK);
        EXPECT_EQ(queue.descriptors % 16, 0u);
        EXPECT_EQ(queue.used % 4, 0u);
        queue.ready = value != 0 && !declines_queues;
        break;
    case PVN_MMIO_LEGACY_QUEUE_ALIGN:
        EXPECT_EQ(version, 1u);
        EXPECT_EQ(value, 4096u);
        break;
    case PVN_MMIO_LEGACY_QUEUE_PAGE:
        EXPECT_EQ(version, 1u);
        EXPECT_EQ(page_size_, 4096u) << "4.2.4: GuestPageSize before QueuePFN";
        queue.descriptors = uint64_t{value} * page_size_;
        queue.available = queue.descriptors + 16 * queue.size;
        queue.used = (queue.available + 6 + 2 * queue.size + 4095) & ~uint64_t{4095};
        queue.ready = value != 0;
        break;
    default:
        ADD_FAILURE() << "write of register " << std::hex << offset;
    }
}

void fake_device::write(uint32_t offset, unsigned width, uint32_t value) {
    if (offset >= PVN_MMIO_CONFIG) {
        std::memcpy(&config.at(offset - PVN_MMIO_CONFIG), &value, width);
        return;
    }
    EXPECT_EQ(width, 4u) << "4.2.2.2: control registers are 32 bits wide";
    switch (offset) {
    case PVN_MMIO_OFFERED_SELECT:
        offered_select_ = value;
        break;
    case PVN_MMIO_ACCEPTED_SELECT:
        accepted_select_ = value;
        break;
    case PVN_MMIO_ACCEPTED:
        EXPECT_FALSE(status & PVN_STATUS_FEATURES_OK);
        if (accepted_select_ == 0) {
            accepted = (accepted & ~uint64_t{0xffffffff}) | value;
        } else {
            accepted = (accepted & 0xffffffff) | uint64_t{value} << 32;
        }
        break;
    case PVN_MMIO_LEGACY_PAGE_SIZE:
        EXPECT_EQ(version, 1u);
        page_size_ = value;
        break;
    case PVN_MMIO_QUEUE_SELECT:
        queue_select_ = value;
        break;
    case PVN_MMIO_INTERRUPT_ACKNOWLEDGE:
        pending &= ~value;
        break;
    case PVN_MMIO_STATUS:
        write_status(value);
        break;
    case PVN_MMIO_KICK:
        ASSERT_LT(value, queues.size());
        EXPECT_TRUE(status & PVN_STATUS_DRIVER_OK) << "3.1.1: no kick before DRIVER_OK";
        queues[value].kicks++;
        if (on_kick) {
            on_kick(value);
        }
        break;
    default:
        write_queue(offset, value);
    }
}

void fake_device::add_segment(fake_chain& chain, const pvn_desc& descriptor) {
    std::byte* memory = os_.at(descriptor.address, descriptor.bytes);
    ASSERT_NE(memory, nullptr) << "a descriptor points outside the driver's memory";
    EXPECT_NE(descriptor.bytes, 0u);
    if (descriptor.flags & PVN_DESC_WRITE) {
        chain.writable.emplace_back(memory, descriptor.bytes);
    } else {
        EXPECT_TRUE(chain.writable.empty()) << "2.7.4.2: readable parts come first";
        chain.readable.emplace_back(memory, descriptor.bytes);
    }
}

void fake_device::walk(fake_chain& chain, uint64_t table, uint32_t count, uint16_t first,
                       bool indirect) {
    uint32_t at = first;
    for (uint32_t steps = 0;; steps++) {
        ASSERT_LT(steps, count) << "2.7.5: a chain that loops";
        ASSERT_LT(at, count);
        const auto descriptor = load<pvn_desc>(os_, table + 16 * at);
        if (descriptor.flags & PVN_DESC_INDIRECT) {
            ASSERT_FALSE(indirect) << "2.7.5.3.1: an indirect table inside another";
            ASSERT_TRUE(has(PVN_F_INDIRECT));
            ASSERT_EQ(descriptor.flags, PVN_DESC_INDIRECT);
            ASSERT_EQ(descriptor.bytes % 16, 0u);
            walk(chain, descriptor.address, descriptor.bytes / 16, 0, true);
            return;
        }
        add_segment(chain, descriptor);
        if (!(descriptor.flags & PVN_DESC_NEXT)) {
            return;
        }
        at = descriptor.next;
    }
}

std::optional<fake_chain> fake_device::pop(unsigned index) {
    fake_queue& queue = queues.at(index);
    if (!queue.ready) {
        return std::nullopt;
    }
    const auto published = load<uint16_t>(os_, queue.available + 2);
    const uint16_t offered_now = published - queue.seen;
    EXPECT_LE(offered_now + queue.held.size(), queue.size) << "more chains than descriptors";
    if (offered_now == 0) {
        return std::nullopt;
    }
    fake_chain chain;
    chain.head = load<uint16_t>(os_, queue.available + 4 + 2 * (queue.seen % queue.size));
    queue.seen++;
    EXPECT_TRUE(queue.held.insert(chain.head).second) << "a chain offered twice";
    walk(chain, queue.descriptors, queue.size, chain.head, false);
    return chain;
}

bool fake_device::listen(unsigned index) {
    fake_queue& queue = queues.at(index);
    if (has(PVN_F_EVENT_INDEX)) {
        store<uint16_t>(os_, queue.used + 4 + 8 * queue.size, queue.seen);
    }
    return load<uint16_t>(os_, queue.available + 2) != queue.seen;
}

uint16_t* fake_device::used_index(unsigned queue) {
    return reinterpret_cast<uint16_t*>(os_.at(queues.at(queue).used + 2, 2));
}

void fake_device::put_used(unsigned index, uint32_t id, uint32_t written) {
    fake_queue& queue = queues.at(index);
    const uint64_t place = queue.used + 4 + 8 * (queue.put % queue.size);
    store(os_, place, id);
    store(os_, place + 4, written);
    queue.put++;
    *used_index(index) = queue.put;
}

void fake_device::interrupt(unsigned index, uint16_t before) {
    const fake_queue& queue = queues.at(index);
    bool wanted = false;
    if (has(PVN_F_EVENT_INDEX)) {
        const auto event = load<uint16_t>(os_, queue.available + 4 + 2 * queue.size);
        wanted = static_cast<uint16_t>(queue.put - event - 1) <
                 static_cast<uint16_t>(queue.put - before);
    } else {
        wanted = !(load<uint16_t>(os_, queue.available) & PVN_AVAIL_NO_INTERRUPT);
    }
    if (wanted) {
        pending |= PVN_INTERRUPT_QUEUE;
        interrupts++;
    }
}

void fake_device::push(unsigned index, uint16_t head, uint32_t written) {
    fake_queue& queue = queues.at(index);
    EXPECT_EQ(queue.held.erase(head), 1u);
    put_used(index, head, written);
    interrupt(index, queue.put - 1);
}

void fake_device::change_config(size_t offset, uint32_t value, unsigned width) {
    std::memcpy(&config.at(offset), &value, width);
    generation_++;
    pending |= PVN_INTERRUPT_CONFIG;
}

} // namespace paravane::test
