// SPDX-License-Identifier: BSD-2-Clause
// Makes a VM's devices from its description; see vm_devices.hpp. Dropped after boot,
// so nothing that runs later may stand here.
#include "backend/vm_devices.hpp"

#include "boot/system.hpp"

namespace paravane::backend {

namespace {

/// Where pointers are narrower than the host's. Beside the device itself: its
/// transport, its storage, and a share of what the VM has once.
static_assert(sizeof(void*) != 4 || (sizeof(block) > sizeof(disk) ? sizeof(block) : sizeof(disk)) +
                                            sizeof(mmio_transport) + 1024 <=
                                        boot::DEVICE_ROOM);

/// Time is told in steps of 10 ms: two of them may be saved up.
allowance limit_of(uint32_t kib_per_second) {
    if (kib_per_second == 0 || kib_per_second > 1u << 22) {
        return {};
    }
    const uint32_t bytes = static_cast<uint32_t>((kib_per_second * 1049ull >> 10) + 1);
    return {bytes, 20 * bytes, 20 * bytes, 0};
}

} // namespace

// Constructors that no running system needs. -------------------------------------

device::device(uint32_t kind, uint32_t queue_count, uint64_t features, const guest_memory& memory,
               const device_log& log)
    : queue_count_{queue_count}, kind_{kind},
      offered_{features | PVN_FEATURE(PVN_F_VERSION_1) | PVN_FEATURE(PVN_F_INDIRECT) |
               PVN_FEATURE(PVN_F_EVENT_INDEX)},
      memory_{memory}, log_{log} {}

page_transport::page_transport(abi::device_page& page, device& target, const vm_line& line)
    : transport{line}, page_{page}, device_{target} {
    target.attach(*this);
    page.magic = abi::DEVICE_MAGIC;
    page.device_id = target.kind();
    page.irq_source = line.irq_source;
    page.device_features = target.offered();
    page.queue_count = target.queue_count();
    for (uint32_t i = 0; i < target.queue_count(); ++i) {
        page.queues[i].size_max = ring::MAX_SIZE;
    }
    config_changed();
}

block_device::block_device(const guest_memory& memory, const device_log& log, const limits& told)
    : device{PVN_KIND_BLOCK, 1,
             PVN_FEATURE(PVN_BLOCK_F_SEGMENT_BYTES) | PVN_FEATURE(PVN_BLOCK_F_SEGMENT_COUNT) |
                 PVN_FEATURE(PVN_BLOCK_F_FLUSH) |
                 (told.read_only ? PVN_FEATURE(PVN_BLOCK_F_READ_ONLY) : 0),
             memory, log},
      sectors_{told.sectors}, read_only_{told.read_only}, flushes_{told.flushes} {
    constexpr uint32_t MOST = MOST_BYTES / chain::MAX_SEGMENTS;
    const uint32_t bytes = told.segment_bytes < MOST ? told.segment_bytes : MOST;
    uint8_t* const words = config_bytes();
    __builtin_memcpy(words + PVN_BLOCK_CONFIG_CAPACITY, &told.sectors, sizeof(told.sectors));
    __builtin_memcpy(words + PVN_BLOCK_CONFIG_SEGMENT_BYTES, &bytes, sizeof(bytes));
    __builtin_memcpy(words + PVN_BLOCK_CONFIG_SEGMENT_COUNT, &told.segments, sizeof(told.segments));
}

block::block(const guest_memory& memory, const device_log& log, storage& disk)
    : block_device{memory,
                   log,
                   {disk.sectors(), chain::MAX_SEGMENTS - 2, ~0u, disk.read_only(), false}},
      disk_{disk} {}

disk::disk(const guest_memory& memory, const device_log& log, drive& on, bool read_only)
    : block_device{memory,
                   log,
                   {on.sectors, on.segments, on.segment_bytes, read_only || on.read_only,
                    on.can_flush}},
      drive_{on}, free_{all()} {
    on.owner = this;
}

net::net(const guest_memory& memory, const device_log& log, net_switch& hub, const uint8_t* address)
    : device{PVN_KIND_NET, 2, PVN_FEATURE(PVN_NET_F_MAC) | PVN_FEATURE(PVN_NET_F_STATUS), memory,
             log},
      switch_{hub} {
    const uint16_t up = PVN_NET_LINK_UP;
    __builtin_memcpy(config_bytes() + PVN_NET_CONFIG_MAC, address, 6);
    own = config_bytes() + PVN_NET_CONFIG_MAC;
    __builtin_memcpy(config_bytes() + PVN_NET_CONFIG_STATUS, &up, sizeof(up));
}

bool net_switch::plug(net_port& port) {
    for (net_port*& place : ports_) {
        if (place == nullptr) {
            place = &port;
            return true;
        }
    }
    return false;
}

vsock::vsock(const guest_memory& memory, const device_log& log, vsock_exchange& exchange,
             uint32_t cid)
    : device{PVN_KIND_VSOCK, 3, 0, memory, log}, exchange_{exchange}, cid_{cid} {
    const uint64_t number = cid;
    __builtin_memcpy(config_bytes() + PVN_VSOCK_CONFIG_CID, &number, sizeof(number));
}

bool vsock_exchange::join(vsock& member) {
    constexpr uint32_t FIRST_CID = 3;
    vsock** free_place = nullptr;
    for (vsock*& place : members_) {
        if (place != nullptr && place->cid() == member.cid()) {
            return false;
        }
        free_place = place == nullptr && free_place == nullptr ? &place : free_place;
    }
    if (free_place == nullptr || member.cid() < FIRST_CID) {
        return false;
    }
    *free_place = &member;
    return true;
}

balloon::balloon(const guest_memory& memory, const device_log& log, const page_owner& owner,
                 uint32_t target)
    : device{PVN_KIND_BALLOON, 2, PVN_FEATURE(PVN_BALLOON_F_MUST_TELL), memory, log},
      owner_{owner} {
    __builtin_memcpy(config_bytes() + PVN_BALLOON_CONFIG_TARGET, &target, sizeof(target));
}

// From a description --------------------------------------------------------------

device* vm_devices::make_physical(const boot::device_config& config, arena& from) {
    const uint32_t index = config.disk - 1;
    if (around_.disks == nullptr || index >= around_.disks->count() ||
        (*around_.disks)[index].owner != nullptr) {
        return nullptr;
    }
    return new (from) disk{memory_, log_, (*around_.disks)[index], config.read_only};
}

device* vm_devices::make_block(const boot::device_config& config, arena& from) {
    if (config.disk != 0) {
        return make_physical(config, from);
    }
    const uint8_t* content = around_.image + config.content.offset;
    const uint32_t size = config.content.size;
    storage* disk = nullptr;
    if (size == 0) {
        void* blank = from.take(config.blank);
        disk = blank == nullptr ? nullptr
                                : new (from)
                                      ram_storage{static_cast<uint8_t*>(blank), config.blank};
    } else if (config.read_only) {
        disk = new (from) payload_storage{content, size};
    } else {
        const uint32_t entries = overlay_storage::table_entries(size);
        void* table = from.take(entries * sizeof(uint16_t));
        void* pool = from.take(entries * overlay_storage::PAGE_BYTES);
        disk = table == nullptr || pool == nullptr
                   ? nullptr
                   : new (from) overlay_storage{content, size, static_cast<uint16_t*>(table),
                                                static_cast<uint8_t*>(pool),
                                                entries * overlay_storage::PAGE_BYTES};
    }
    return disk == nullptr ? nullptr : new (from) block{memory_, log_, *disk};
}

device* vm_devices::make_net(const boot::vm_config& vm, const boot::device_config& config,
                             uint32_t index, arena& from) {
    if (config.link >= around_.segment_count) {
        return nullptr;
    }
    // Locally administered, and the same at every start.
    const uint8_t address[6] = {0x02, 'P', 'V', 0, vm.id, static_cast<uint8_t>(index)};
    net_switch& segment = around_.segments[config.link];
    net* card = new (from) net{memory_, log_, segment, address};
    return card != nullptr && segment.plug(*card) ? card : nullptr;
}

device* vm_devices::make_vsock(const boot::device_config& config, arena& from) {
    vsock* socket = new (from) vsock{memory_, log_, around_.exchange, config.link};
    return socket != nullptr && around_.exchange.join(*socket) ? socket : nullptr;
}

device* vm_devices::make(const boot::vm_config& vm, const boot::device_config& config,
                         uint32_t index, arena& from) {
    switch (config.kind) {
    case boot::device_kind::console:
        return console_ = new (from) console{memory_, log_, around_.output};
    case boot::device_kind::block:
        return make_block(config, from);
    case boot::device_kind::net:
        return make_net(vm, config, index, from);
    case boot::device_kind::entropy:
        return new (from) entropy{memory_, log_, around_.random};
    case boot::device_kind::vsock:
        return make_vsock(config, from);
    case boot::device_kind::balloon:
        return new (from) balloon{memory_, log_, around_.pages, config.link};
    }
    return nullptr;
}

const char* vm_devices::build(const boot::vm_config& config, uint8_t* pages, arena& from) {
    for (; count_ < config.device_count; ++count_) {
        slot& one = slots_[count_];
        const boot::device_config& wanted = config.devices[count_];
        one.target = make(config, wanted, count_, from);
        if (one.target == nullptr) {
            return "device: no memory left, or its link is taken or unknown";
        }
        one.target->limit = limit_of(wanted.rate);
        const vm_line line{around_.context, FIRST_SOURCE + count_, around_.raise, around_.later};
        if (wanted.transport == boot::device_transport::shared_page) {
            auto* page = reinterpret_cast<abi::device_page*>(pages + count_ * PAGE_BYTES);
            one.page = new (from) page_transport{*page, *one.target, line};
        } else {
            one.registers = new (from) mmio_transport{*one.target, line};
        }
        if (one.page == nullptr && one.registers == nullptr) {
            return "device: no memory left";
        }
    }
    return nullptr;
}

} // namespace paravane::backend
