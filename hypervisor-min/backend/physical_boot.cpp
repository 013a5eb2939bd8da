// SPDX-License-Identifier: BSD-2-Clause
// Finds and starts the board's disks and card; see physical.hpp. Dropped after boot.
#include "backend/physical.hpp"

namespace paravane::backend {

namespace {

/// Fields of a device's configuration have any width.
pvn_u32 read_field(void* registers, pvn_u32 offset, unsigned width) {
    const volatile uint8_t* at = static_cast<const volatile uint8_t*>(registers) + offset;
    return width == 1   ? *at
           : width == 2 ? *reinterpret_cast<const volatile uint16_t*>(at)
                        : *reinterpret_cast<const volatile uint32_t*>(at);
}

} // namespace

namespace {

bool read_limits(drive& next) {
    pvn_device& device = next.registers.device;
    uint32_t words[2];
    if (pvn_device_fields(&device, PVN_BLOCK_CONFIG_CAPACITY, 4, 2, words) != PVN_OK) {
        return false;
    }
    next.sectors = words[0] | static_cast<uint64_t>(words[1]) << 32;
    next.segment_bytes = ~0u;
    if (pvn_device_has(&device, PVN_BLOCK_F_SEGMENT_BYTES) != 0 &&
        pvn_device_fields(&device, PVN_BLOCK_CONFIG_SEGMENT_BYTES, 4, 1, &next.segment_bytes) !=
            PVN_OK) {
        return false;
    }
    next.segments = 0;
    if (pvn_device_has(&device, PVN_BLOCK_F_SEGMENT_COUNT) != 0 &&
        pvn_device_fields(&device, PVN_BLOCK_CONFIG_SEGMENT_COUNT, 4, 1, &next.segments) !=
            PVN_OK) {
        return false;
    }
    next.read_only = pvn_device_has(&device, PVN_BLOCK_F_READ_ONLY) != 0;
    next.can_flush = pvn_device_has(&device, PVN_BLOCK_F_FLUSH) != 0;
    return true;
}

/// Shares the descriptors out; false where there are too few for one request.
bool lay_out(drive& next) {
    const uint32_t size = next.queue.size;
    uint32_t length = size / drive::MAX_REQUESTS;
    length = length < drive::LEAST_CHAIN ? drive::LEAST_CHAIN : length;
    if (size < length) {
        return false;
    }
    next.chain_shift = static_cast<uint8_t>(__builtin_ctz(length));
    next.requests = static_cast<uint8_t>(size / length);
    uint32_t most = chain::MAX_SEGMENTS < length ? chain::MAX_SEGMENTS : length;
    most -= 2; // header and status
    next.segments = next.segments != 0 && next.segments < most ? next.segments : most;
    const pvn_os* const os = next.registers.device.os;
    const uint32_t bytes = next.requests * sizeof(pvn_block_header);
    next.headers = static_cast<pvn_block_header*>(os->memory(os->context, bytes, 16));
    if (next.headers == nullptr) {
        return false;
    }
    const uint64_t headers = os->device_address(os->context, next.headers, bytes);
    for (uint32_t i = 0; i < size; ++i) {
        pvn_desc& one = next.queue.descriptors[i];
        one.next = static_cast<uint16_t>(i + 1);
        if (i % length == 0) {
            one.address = headers + i / length * sizeof(pvn_block_header);
            one.bytes = sizeof(pvn_block_header);
            one.flags = PVN_DESC_NEXT;
        }
    }
    return true;
}

} // namespace

bool start_drive(drive& next) {
    pvn_device& device = next.registers.device;
    constexpr uint64_t WANTED = PVN_FEATURE(PVN_BLOCK_F_SEGMENT_BYTES) |
                                PVN_FEATURE(PVN_BLOCK_F_SEGMENT_COUNT) |
                                PVN_FEATURE(PVN_BLOCK_F_READ_ONLY) | PVN_FEATURE(PVN_BLOCK_F_FLUSH);
    constexpr uint16_t RING = drive::MAX_REQUESTS * chain::MAX_SEGMENTS;
    // Neither indirect tables nor event indices: a request has descriptors enough, and every
    // answer is wanted at once.
    if (pvn_device_agree(&device, PVN_KIND_BLOCK, WANTED, 0) != PVN_OK || !read_limits(next) ||
        pvn_queue_start(&next.queue, &device, 0, RING, 0) != PVN_OK || !lay_out(next)) {
        return false;
    }
    pvn_device_ready(&device);
    return true;
}

const char* physical_devices::start_card(net_switch& hub) {
    auto* const frames =
        static_cast<uint8_t*>(memory_->take(uplink::FRAMES * uplink::FRAME_BYTES, 64));
    uplink* const port = new (*memory_) uplink{card_, hub, frames};
    if (frames == nullptr || port == nullptr || !hub.plug(*port)) {
        return "no room for the uplink";
    }
    return pvn_net_start(&card_, &card_registers_.device, this) == PVN_OK
               ? nullptr
               : "the board's network card does not start";
}

const char* physical_devices::start(const slots& where, uint32_t wanted, net_switch* hub,
                                    arena& memory) {
    memory_ = &memory;
    os_.context = this;
    os_.memory = physical_devices::memory;
    os_.device_address = device_address;
    os_.barrier = barrier;
    bus_ = {read_field, write};
    if (wanted > MAX) {
        return "more disks than are driven";
    }
    for (uint32_t slot = where.count; slot-- != 0;) {
        pvn_mmio found{};
        void* const registers =
            reinterpret_cast<void*>(static_cast<uintptr_t>(where.base + slot * where.stride));
        if (pvn_mmio_probe(&found, &bus_, registers, &os_) != PVN_OK) {
            continue;
        }
        const char* why = nullptr;
        if (found.device.kind == PVN_KIND_BLOCK && count_ < wanted) {
            drive& next = disks_[count_++];
            next.registers = found;
            next.interrupt = where.interrupt + slot;
            why = start_drive(next) ? nullptr : "a disk of the board does not start";
        } else if (found.device.kind == PVN_KIND_NET && hub != nullptr && card_interrupt_ == 0) {
            card_registers_ = found;
            card_interrupt_ = where.interrupt + slot;
            why = start_card(*hub);
        }
        if (why != nullptr) {
            return why;
        }
    }
    bus_.read = read;
    memory_ = nullptr;
    if (hub != nullptr && card_interrupt_ == 0) {
        return "the board has no network card";
    }
    return count_ == wanted ? nullptr : "the board has fewer disks";
}

} // namespace paravane::backend
