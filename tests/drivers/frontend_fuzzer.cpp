// SPDX-License-Identifier: BSD-2-Clause
// libFuzzer, the driver's side: the input is a device. Every register reads as
// the input says; used rings, descriptor tables and buffers are overwritten as it
// says, while the front ends go on as a system would use them.
#include "pvn_balloon.h"
#include "pvn_block.h"
#include "pvn_console.h"
#include "pvn_entropy.h"
#include "pvn_mmio.h"
#include "pvn_net.h"
#include "pvn_vsock.h"

#include "fake_os.hpp"

#include <cstring>

namespace paravane::test {
namespace {

class input {
public:
    input(const uint8_t* data, size_t size) : data_{data}, size_{size} {}
    bool empty() const { return at_ >= size_; }
    uint8_t byte() { return empty() ? 0 : data_[at_++]; }
    uint32_t word() { return byte() | byte() << 8 | byte() << 16 | uint32_t{byte()} << 24; }

private:
    const uint8_t* data_;
    size_t size_;
    size_t at_ = 0;
};

/// Registers remember queue addresses, so that the device can do its worst there.
struct device {
    struct queue {
        uint64_t places[3] = {};
        uint32_t size = 0;
        uint32_t ready = 0;
        uint16_t put = 0;
    };

    uint32_t read(uint32_t offset, unsigned) {
        switch (offset) {
        case PVN_MMIO_MAGIC:
            return PVN_MMIO_MAGIC_VALUE;
        case PVN_MMIO_VERSION:
            return version;
        case PVN_MMIO_KIND:
            return kind;
        case PVN_MMIO_OFFERED:
            return select ? 1 : features;
        case PVN_MMIO_STATUS:
            return honest ? status : in.byte();
        case PVN_MMIO_QUEUE_LIMIT:
            return honest ? 64 : in.word();
        case PVN_MMIO_QUEUE_READY: // mostly what was written: it ends a start otherwise
            return honest || in.byte() % 8 != 0 ? queues[selected & 3].ready : in.byte();
        case PVN_MMIO_LEGACY_QUEUE_PAGE:
            return honest ? 0 : in.byte();
        case PVN_MMIO_GENERATION:
            return honest ? 0 : in.byte() & 1;
        default:
            return in.word();
        }
    }

    void write(uint32_t offset, unsigned, uint32_t value) {
        queue& q = queues[selected & 3];
        if (offset == PVN_MMIO_OFFERED_SELECT) {
            select = value;
        } else if (offset == PVN_MMIO_QUEUE_SELECT) {
            selected = value;
        } else if (offset == PVN_MMIO_STATUS) {
            status = value;
            for (queue& each : queues) {
                each.ready = value == 0 ? 0 : each.ready;
            }
        } else if (offset == PVN_MMIO_QUEUE_READY) {
            q.ready = value;
        } else if (offset == PVN_MMIO_QUEUE_SIZE) {
            q.size = value;
        } else if (offset == PVN_MMIO_LEGACY_QUEUE_PAGE) {
            q.places[0] = uint64_t{value} * 4096;
            q.places[1] = q.places[0] + 16 * q.size;
            q.places[2] = (q.places[1] + 6 + 2 * q.size + 4095) & ~uint64_t{4095};
        } else if (offset >= PVN_MMIO_QUEUE_DESC && offset < PVN_MMIO_QUEUE_USED + 8) {
            uint64_t& place = q.places[(offset - PVN_MMIO_QUEUE_DESC) / 16];
            place = offset % 8 ? place | uint64_t{value} << 32 : value;
        }
    }

    void scribble(uint64_t address, size_t bytes) {
        if (std::byte* place = os.at(address, bytes)) {
            for (size_t i = 0; i < bytes; i++) {
                place[i] = std::byte{in.byte()};
            }
        }
    }

    /// One misdeed, or one honest completion.
    void act() {
        queue& q = queues[in.byte() & 3];
        if (q.size == 0) {
            return;
        }
        const uint8_t what = in.byte();
        const uint16_t slot = in.byte() % q.size;
        switch (what % 5) {
        case 0:
        case 1: { // a used element, its id and length small enough to be plausible
            std::byte* element = os.at(q.places[2] + 4 + 8 * (q.put % q.size), 8);
            std::byte* index = os.at(q.places[2] + 2, 2);
            if (!element || !index) {
                return;
            }
            const uint32_t id = slot;
            const uint32_t bytes = what % 5 ? in.byte() : in.word() & 0x7ff;
            std::memcpy(element, &id, 4);
            std::memcpy(element + 4, &bytes, 4);
            q.put++;
            std::memcpy(index, &q.put, 2);
            return;
        }
        case 2: // what the buffer holds
            if (std::byte* place = os.at(q.places[0] + 16 * slot, 16)) {
                pvn_desc desc{};
                std::memcpy(&desc, place, sizeof(desc));
                if (desc.flags & PVN_DESC_INDIRECT) {
                    return;
                }
                scribble(desc.address, desc.bytes < 64 ? desc.bytes : 64);
            }
            return;
        case 3:
            scribble(q.places[2] + in.byte(), 4);
            return;
        default:
            scribble(q.places[0] + 16 * slot, 16);
        }
    }

    input in;
    fake_os os{};
    uint32_t kind;
    uint32_t version;
    uint32_t features;
    bool honest = true;
    uint32_t select = 0;
    uint32_t selected = 0;
    uint32_t status = 0;
    queue queues[4] = {};
};

constexpr pvn_mmio_bus BUS = {[](void* registers, pvn_u32 offset, unsigned width) {
                                  return static_cast<device*>(registers)->read(offset, width);
                              },
                              [](void* registers, pvn_u32 offset, unsigned width, pvn_u32 value) {
                                  static_cast<device*>(registers)->write(offset, width, value);
                              }};

void run_console(device& dev, pvn_device* transport) {
    pvn_console subject{};
    char data[700] = {};
    if (pvn_console_start(&subject, transport, nullptr) != PVN_OK) {
        return;
    }
    while (!dev.in.empty()) {
        dev.act();
        pvn_console_interrupt(&subject);
        pvn_console_send(&subject, data, dev.in.byte() * 2);
        const int got = pvn_console_receive(&subject, data, sizeof(data));
        if (got > int(sizeof(data))) {
            __builtin_trap();
        }
    }
}

void run_block(device& dev, pvn_device* transport) {
    pvn_block subject{};
    if (pvn_block_start(&subject, transport, nullptr) != PVN_OK) {
        return;
    }
    const pvn_segment segment = {dev.os.memory(1024), 1024};
    static int open;
    open = 0;
    pvn_block_request requests[20];
    for (auto& r : requests) {
        r = {PVN_BLOCK_READ, 0, &segment, 1, [](pvn_block_request*, int) { open--; }, nullptr};
        r.context = nullptr;
    }
    unsigned next = 0;
    while (!dev.in.empty() && next < 20) {
        requests[next].operation = dev.in.byte() & 1;
        if (pvn_block_submit(&subject, &requests[next]) == PVN_OK) {
            open++;
            next++;
        }
        pvn_block_kick(&subject);
        for (int i = dev.in.byte() & 7; i >= 0; i--) {
            dev.act();
            pvn_block_interrupt(&subject);
            pvn_block_poll(&subject);
        }
    }
    dev.honest = true;
    if (pvn_block_stop(&subject) == PVN_OK && open != 0) {
        __builtin_trap();
    }
}

void run_net(device& dev, pvn_device* transport) {
    pvn_net subject{};
    subject.receive = [](void*, const void* frame, uint32_t bytes) {
        uint32_t sum = 0;
        for (uint32_t i = 0; i < bytes; i++) {
            sum += static_cast<const uint8_t*>(frame)[i];
        }
        volatile uint32_t sink = sum;
        (void)sink;
    };
    if (pvn_net_start(&subject, transport, nullptr) != PVN_OK) {
        return;
    }
    const pvn_segment segment = {dev.os.memory(1500), 1500};
    pvn_net_frame frame = {&segment, 1, [](pvn_net_frame*) {}, nullptr};
    while (!dev.in.empty()) {
        dev.act();
        pvn_net_send(&subject, &frame);
        pvn_net_interrupt(&subject);
        pvn_net_poll(&subject);
    }
}

void run_entropy(device& dev, pvn_device* transport) {
    pvn_entropy subject{};
    if (pvn_entropy_start(&subject, transport, nullptr) != PVN_OK) {
        return;
    }
    pvn_entropy_request request = {dev.os.memory(64), 64,
                                   [](pvn_entropy_request* r, uint32_t filled) {
                                       if (filled == 0 || filled > r->bytes) {
                                           __builtin_trap();
                                       }
                                   },
                                   nullptr};
    while (!dev.in.empty()) {
        pvn_entropy_ask(&subject, &request);
        dev.act();
        pvn_entropy_poll(&subject);
    }
}

void run_balloon(device& dev, pvn_device* transport) {
    static uint32_t next_page;
    next_page = 1;
    static constexpr auto PICK = [](void*, uint32_t* out, unsigned most) {
        for (unsigned i = 0; i < most; i++) {
            out[i] = next_page++;
        }
        return most;
    };
    const pvn_balloon_pages pages = {nullptr, PICK, PICK, [](void*, const uint32_t*, unsigned) {}};
    pvn_balloon subject{};
    subject.pages = &pages;
    if (pvn_balloon_start(&subject, transport, nullptr) != PVN_OK) {
        return;
    }
    while (!dev.in.empty()) {
        dev.act();
        pvn_balloon_poll(&subject);
    }
}

void run_vsock(device& dev, pvn_device* transport) {
    pvn_vsock subject{};
    char buffers[4][100];
    pvn_vsock_socket sockets[4] = {};
    for (int i = 0; i < 4; i++) {
        sockets[i].buffer = buffers[i];
        sockets[i].capacity = sizeof(buffers[i]);
    }
    pvn_vsock_listener listener = {0,
                                   [](pvn_vsock_listener* l, uint32_t, uint32_t port) {
                                       auto* socket =
                                           static_cast<pvn_vsock_socket*>(l->context) + port % 3;
                                       return socket->state == PVN_VSOCK_CLOSED ? socket : nullptr;
                                   },
                                   sockets, nullptr};
    if (pvn_vsock_start(&subject, transport, nullptr) != PVN_OK) {
        return;
    }
    pvn_vsock_listen(&subject, &listener);
    while (!dev.in.empty()) {
        dev.act();
        pvn_vsock_socket& socket = sockets[dev.in.byte() & 3];
        char data[200] = {};
        switch (dev.in.byte() % 6) {
        case 0:
            pvn_vsock_send(&subject, &socket, data, dev.in.byte() % sizeof(data));
            break;
        case 1:
            pvn_vsock_receive(&subject, &socket, data, dev.in.byte() % sizeof(data));
            break;
        case 2:
            pvn_vsock_close(&subject, &socket);
            break;
        case 3:
            if (sockets[3].state == PVN_VSOCK_CLOSED) {
                pvn_vsock_connect(&subject, &sockets[3], dev.in.byte() & 1, 0, 0);
            }
            break;
        default:
            pvn_vsock_poll(&subject);
        }
        for (const auto& s : sockets) {
            if (s.stored > s.capacity) {
                __builtin_trap();
            }
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static constexpr struct {
        uint32_t kind;
        void (*run)(device&, pvn_device*);
    } SUBJECTS[] = {{PVN_KIND_CONSOLE, run_console}, {PVN_KIND_BLOCK, run_block},
                    {PVN_KIND_NET, run_net},         {PVN_KIND_ENTROPY, run_entropy},
                    {PVN_KIND_BALLOON, run_balloon}, {PVN_KIND_VSOCK, run_vsock}};
    input in{data, size};
    const auto& subject = SUBJECTS[in.byte() % std::size(SUBJECTS)];
    const uint8_t how = in.byte();
    device dev{.in = in, .kind = subject.kind, .version = how & 1 ? 1u : 2u, .features = in.word()};
    dev.honest = (how & 0x70) != 0;
    pvn_mmio mmio{};
    if (pvn_mmio_probe(&mmio, &BUS, &dev, dev.os.table()) == PVN_OK) {
        subject.run(dev, &mmio.device);
    }
    return 0;
}

} // namespace paravane::test
