// SPDX-License-Identifier: BSD-2-Clause
// See mmio_transport.hpp.
#include "backend/mmio_transport.hpp"

namespace paravane::backend {

namespace {

constexpr uint32_t VENDOR = 0x52415650; // 'PVAR'

void set_half(uint64_t& word, bool high, uint32_t value) {
    word = high ? (word & 0xffffffffu) | static_cast<uint64_t>(value) << 32
                : (word & ~uint64_t{0xffffffffu}) | value;
}

} // namespace

uint32_t mmio_transport::load(uint32_t offset, uint32_t width) const {
    if (offset >= PVN_MMIO_CONFIG) {
        const uint32_t at = offset - PVN_MMIO_CONFIG;
        uint32_t value = 0;
        if (width <= 4 && at <= CONFIG_BYTES - width) {
            __builtin_memcpy(&value, device_.config() + at, width);
        }
        return value;
    }
    const bool exists = queue_ < device_.queue_count();
    switch (width == 4 ? offset : ~0u) {
    case PVN_MMIO_MAGIC:
        return PVN_MMIO_MAGIC_VALUE;
    case PVN_MMIO_VERSION:
        return 2;
    case PVN_MMIO_KIND:
        return device_.kind();
    case PVN_MMIO_KIND + 4:
        return VENDOR;
    case PVN_MMIO_OFFERED:
        return offered_half_ > 1 ? 0 : device_.offered() >> (32 * offered_half_);
    case PVN_MMIO_QUEUE_LIMIT:
        return exists ? ring::MAX_SIZE : 0;
    case PVN_MMIO_QUEUE_READY:
        return device_.queue_running(queue_) ? 1 : 0;
    case PVN_MMIO_INTERRUPT_STATUS:
        return interrupts_;
    case PVN_MMIO_STATUS:
        return device_.status();
    case PVN_MMIO_GENERATION:
        return generation_;
    default:
        return 0;
    }
}

void mmio_transport::store_queue(uint32_t offset, uint32_t value) {
    ring::layout* where = selected();
    if (where == nullptr) {
        return;
    }
    const bool high = offset % 8 != 0;
    switch (offset & ~4u) {
    case PVN_MMIO_QUEUE_DESC:
        set_half(where->descriptors, high, value);
        break;
    case PVN_MMIO_QUEUE_AVAIL:
        set_half(where->driver, high, value);
        break;
    case PVN_MMIO_QUEUE_USED:
        set_half(where->device, high, value);
        break;
    default:
        break;
    }
}

void mmio_transport::store(uint32_t offset, uint32_t width, uint32_t value) {
    if (offset >= PVN_MMIO_CONFIG) {
        uint8_t bytes[4];
        __builtin_memcpy(bytes, &value, 4);
        if (width <= 4) {
            // A range the device does not take is dropped, as the standard allows.
            (void)device_.write_config(offset - PVN_MMIO_CONFIG, bytes, width);
        }
        return;
    }
    switch (width == 4 ? offset : ~0u) {
    case PVN_MMIO_OFFERED_SELECT:
        offered_half_ = value;
        break;
    case PVN_MMIO_ACCEPTED_SELECT:
        accepted_half_ = value;
        break;
    case PVN_MMIO_ACCEPTED:
        if (accepted_half_ <= 1) {
            set_half(accepted_, accepted_half_ == 1, value);
        }
        break;
    case PVN_MMIO_QUEUE_SELECT:
        queue_ = value;
        break;
    case PVN_MMIO_QUEUE_SIZE:
        if (ring::layout* where = selected()) {
            where->size = value;
        }
        break;
    case PVN_MMIO_QUEUE_READY:
        // A refusal shows: the register goes on reading 0.
        if (const ring::layout* where = selected(); where != nullptr && value == 1) {
            (void)device_.start_queue(queue_, *where);
        }
        break;
    case PVN_MMIO_KICK:
        (void)device_.kick(value);
        break;
    case PVN_MMIO_INTERRUPT_ACKNOWLEDGE:
        interrupts_ &= ~value;
        if (interrupts_ != 0) {
            raise(); // the line is still high
        }
        break;
    case PVN_MMIO_STATUS:
        (void)device_.set_status(value & 0xff, accepted_);
        break;
    default:
        store_queue(offset, value);
    }
}

void mmio_transport::interrupt(uint32_t reasons) {
    interrupts_ |= reasons;
    raise();
}

void mmio_transport::status_changed() {
    if (device_.status() == 0) {
        accepted_ = 0;
        interrupts_ = 0;
    }
}

} // namespace paravane::backend
