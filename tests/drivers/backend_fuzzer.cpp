// SPDX-License-Identifier: BSD-2-Clause
// libFuzzer, the device's side: the input is a driver. It programs the registers,
// fills rings, descriptors and buffers as it likes and rings; behind the registers
// stand two devices of each kind, so that their common parts are reached too.
#include "backend/balloon.hpp"
#include "backend/console.hpp"
#include "backend/entropy.hpp"
#include "backend/mmio_transport.hpp"
#include "backend/net.hpp"
#include "backend/payload.hpp"
#include "backend/vsock.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <vector>

namespace paravane::test {
namespace {

constexpr uint64_t BASE = 0x80000000;
constexpr uint32_t RAM = 16384;

struct input {
    const uint8_t* data;
    size_t size;
    size_t at = 0;
    bool empty() const { return at >= size; }
    uint8_t byte() { return empty() ? 0 : data[at++]; }
    uint32_t word() { return byte() | byte() << 8 | byte() << 16 | uint32_t{byte()} << 24; }
};

struct vm {
    std::unique_ptr<uint8_t[]> ram{new (std::align_val_t{4096}) uint8_t[RAM]{}};
    backend::guest_memory memory{this,
                                 [](void* self, uint64_t address, uint32_t bytes) -> uint8_t* {
                                     const uint64_t offset = address - BASE;
                                     return offset <= RAM && bytes <= RAM - offset
                                                ? static_cast<vm*>(self)->ram.get() + offset
                                                : nullptr;
                                 }};
    ~vm() { ::operator delete[](ram.release(), std::align_val_t{4096}); }
};

const backend::device_log LOG{nullptr, [](void*, const char*, const char*) {}};
const backend::vm_line LINE{nullptr, 0, [](void*, uint32_t) {}, [](void*, bool) {}};
const backend::byte_sink SINK{nullptr, [](void*, const uint8_t* bytes, uint32_t count) {
                                  volatile uint32_t sum = 0;
                                  for (uint32_t i = 0; i < count; i++) {
                                      sum = sum + bytes[i];
                                  }
                              }};
const backend::entropy_source SOURCE{nullptr, [](void*, uint8_t* bytes, uint32_t count) {
                                         std::memset(bytes, 1, count);
                                         return count;
                                     }};
const backend::page_owner OWNER{nullptr, [](void*, uint32_t page) { return page < 100; },
                                [](void*, uint32_t page) { return page < 100; }, [](void*) {}};

/// One VM's board with a device of each kind.
struct board {
    board(backend::net_switch& hub, backend::vsock_exchange& exchange, uint8_t number)
        : address{2, 0, 0, 0, 0, number}, net{guest.memory, LOG, hub, address},
          sock{guest.memory, LOG, exchange, number} {
        hub.plug(net);
        exchange.join(sock);
    }

    vm guest;
    uint8_t address[6];
    std::array<uint8_t, 8 * 4096> content{};
    std::array<uint16_t, 8> table{};
    std::array<uint8_t, 2 * 4096> pool{};
    backend::overlay_storage storage{content.data(), uint32_t(content.size()), table.data(),
                                     pool.data(), uint32_t(pool.size())};
    backend::console console{guest.memory, LOG, SINK};
    backend::entropy entropy{guest.memory, LOG, SOURCE};
    backend::balloon balloon{guest.memory, LOG, OWNER};
    backend::block block{guest.memory, LOG, storage};
    backend::net net;
    backend::vsock sock;
    backend::device* devices[6] = {&console, &entropy, &balloon, &block, &net, &sock};
    std::vector<std::unique_ptr<backend::mmio_transport>> slots;

    /// With a rate for the devices whose bits are set in `limited`.
    void plug(uint8_t limited) {
        for (backend::device* device : devices) {
            if (limited >> slots.size() & 1) {
                device->limit = {2, 40, 40, 0};
            }
            slots.push_back(std::make_unique<backend::mmio_transport>(*device, LINE));
        }
    }

    /// A driver that follows the standard as far as DRIVER_OK.
    void start(backend::mmio_transport& slot, uint32_t features, uint32_t queues) {
        slot.store(PVN_MMIO_STATUS, 4, 0);
        slot.store(PVN_MMIO_STATUS, 4, 3);
        slot.store(PVN_MMIO_ACCEPTED_SELECT, 4, 1);
        slot.store(PVN_MMIO_ACCEPTED, 4, 1);
        slot.store(PVN_MMIO_ACCEPTED_SELECT, 4, 0);
        slot.store(PVN_MMIO_ACCEPTED, 4, features & 0x30000000);
        slot.store(PVN_MMIO_STATUS, 4, 11);
        for (uint32_t q = 0; q < queues; q++) {
            const uint32_t base = BASE + q * 1024;
            slot.store(PVN_MMIO_QUEUE_SELECT, 4, q);
            slot.store(PVN_MMIO_QUEUE_SIZE, 4, 8);
            slot.store(PVN_MMIO_QUEUE_DESC, 4, base);
            slot.store(PVN_MMIO_QUEUE_AVAIL, 4, base + 128);
            slot.store(PVN_MMIO_QUEUE_USED, 4, base + 256);
            slot.store(PVN_MMIO_QUEUE_READY, 4, 1);
        }
        slot.store(PVN_MMIO_STATUS, 4, 15);
    }

    void step(input& in) {
        const uint8_t which = in.byte() % 6;
        backend::mmio_transport& slot = *slots[which];
        const uint32_t queue = in.byte() % 3;
        uint8_t* ring = guest.ram.get() + queue * 1024;
        switch (in.byte() % 8) {
        case 0:
            start(slot, in.word(), 3);
            break;
        case 1:
            slot.store(in.word() & 0x1ff, 1u << in.byte() % 3, in.word());
            break;
        case 2:
            (void)slot.load(in.word() & 0x1ff, 1u << in.byte() % 3);
            break;
        case 3: { // a descriptor that is plausible
            const pvn_desc desc = {BASE + in.byte() * 64u, in.byte() * 8u, uint16_t(in.byte() & 7),
                                   uint16_t(in.byte() & 7)};
            std::memcpy(ring + 16 * (in.byte() & 7), &desc, sizeof(desc));
            break;
        }
        case 4: { // one more chain offered
            uint16_t index = 0;
            std::memcpy(&index, ring + 128 + 2, 2);
            const uint16_t head = in.byte() & 7;
            std::memcpy(ring + 128 + 4 + 2 * (index % 8), &head, 2);
            index++;
            std::memcpy(ring + 128 + 2, &index, 2);
            slot.store(PVN_MMIO_KICK, 4, queue);
            break;
        }
        case 5: { // anything anywhere
            const uint32_t value = in.word();
            std::memcpy(guest.ram.get() + (in.word() & (RAM - 4)), &value, 4);
            break;
        }
        case 6: { // a packet header that is plausible
            const pvn_vsock_header header = {
                3, 0, 4, 0, in.byte(), in.byte(), in.byte(), 1, uint16_t(in.byte() & 7), 0, 100, 0};
            std::memcpy(guest.ram.get() + in.byte() * 64u, &header, sizeof(header));
            break;
        }
        default:
            devices[which]->tick(in.byte());
            sock.tick(in.word()); // time jumps: what waits is given up
            console.input(content.data(), in.byte());
            for (backend::device* device : devices) {
                device->go_on();
            }
        }
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    input in{data, size};
    backend::net_switch hub;
    backend::vsock_exchange exchange;
    board first{hub, exchange, 3};
    board second{hub, exchange, 4};
    first.plug(in.byte());
    second.plug(in.byte());
    for (board* one : {&first, &second}) {
        for (auto& slot : one->slots) {
            one->start(*slot, ~0u, 3);
        }
    }
    while (!in.empty()) {
        (in.byte() % 4 == 0 ? second : first).step(in);
    }
    return 0;
}

} // namespace paravane::test
