// SPDX-License-Identifier: BSD-2-Clause
// Makes a VM's devices from its description; see vm_devices.hpp. Dropped after boot,
// so nothing that runs later may stand here.
#include "backend/vm_devices.hpp"

#include "boot/system.hpp"

namespace paravane::backend {

namespace {

/// Where pointers are narrower than the host's. Beside the device itself: its
/// transport, its storage, and a share of what the VM has once.
static_assert(sizeof(void*) != 4 ||
              sizeof(block) + sizeof(disk) + sizeof(mmio_transport) + 1024 <= boot::DEVICE_ROOM);

/// Time is told in steps of 10 ms: two of them may be saved up.
allowance limit_of(uint32_t kib_per_second) {
    if (kib_per_second == 0 || kib_per_second > 1u << 22) {
        return {};
    }
    const uint32_t bytes = static_cast<uint32_t>((kib_per_second * 1049ull >> 10) + 1);
    return {bytes, 20 * bytes, 20 * bytes, 0};
}

} // namespace

device* vm_devices::make_physical(const boot::device_config& config, arena& from) {
    const uint32_t index = config.disk - 1;
    if (around_.disks == nullptr || index >= around_.disks->count() ||
        (*around_.disks)[index].storage != nullptr) {
        return nullptr;
    }
    physical_disks::one& drive = (*around_.disks)[index];
    disk* storage = new (from) disk{drive.driver, 0, drive.driver.sectors, config.read_only};
    block* front = storage == nullptr ? nullptr : new (from) block{memory_, log_, *storage};
    if (front != nullptr) {
        storage->attach(*front);
        drive.storage = storage;
    }
    return front;
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
        balloon_ = new (from) balloon{memory_, log_, around_.pages};
        if (balloon_ != nullptr) {
            balloon_->set_target(config.link);
        }
        return balloon_;
    }
    return nullptr;
}

const char* vm_devices::build(const boot::vm_config& config, uint8_t* pages, arena& from) {
    for (; count_ < config.device_count; ++count_) {
        slot& one = slots_[count_];
        const boot::device_config& wanted = config.devices[count_];
        one.owner = this;
        one.irq_source = FIRST_SOURCE + count_;
        one.target = make(config, wanted, count_, from);
        if (one.target == nullptr) {
            return "device: no memory left, or its link is taken or unknown";
        }
        one.target->limit = limit_of(wanted.rate);
        if (wanted.transport == boot::device_transport::shared_page) {
            auto* page = reinterpret_cast<abi::device_page*>(pages + count_ * PAGE_BYTES);
            one.page =
                new (from) page_transport{*page, *one.target, one.irq_source, raise_page, this};
        } else {
            one.registers = new (from) mmio_transport{*one.target, set_line, &one};
        }
        if (one.page == nullptr && one.registers == nullptr) {
            return "device: no memory left";
        }
    }
    return nullptr;
}

} // namespace paravane::backend
