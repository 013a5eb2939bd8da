// SPDX-License-Identifier: BSD-2-Clause
// See device.hpp.
#include "backend/device.hpp"

namespace paravane::backend {

namespace {

const char* name_of(uint32_t kind) {
    switch (kind) {
    case PVN_KIND_NET:
        return "net";
    case PVN_KIND_BLOCK:
        return "block";
    case PVN_KIND_CONSOLE:
        return "console";
    case PVN_KIND_ENTROPY:
        return "entropy";
    case PVN_KIND_BALLOON:
        return "balloon";
    default:
        return "vsock";
    }
}

} // namespace

void device::reset() {
    for (ring& one : rings_) {
        one.stop();
    }
    features_ = 0;
    status_ = 0;
    behind_ = held_ = false;
    stopped();
    if (events_ != nullptr) {
        events_->status_changed();
    }
}

Result<void, device_error> device::set_status(uint32_t status, uint64_t features) {
    const uint32_t before = status_;
    if (status == 0) {
        reset();
        return {};
    }
    const uint32_t gained = status & ~before;
    const uint32_t lost = before & ~status & ~PVN_STATUS_NEEDS_RESET;
    const bool too_early =
        (gained & PVN_STATUS_DRIVER_OK) != 0 && (before & PVN_STATUS_FEATURES_OK) == 0;
    if (lost != 0 || too_early) {
        return unexpected{device_error::bad_state};
    }
    status |= before & PVN_STATUS_NEEDS_RESET;
    if ((gained & PVN_STATUS_FEATURES_OK) != 0) {
        const bool fits = (features & ~offered_) == 0 && (features >> PVN_F_VERSION_1 & 1) != 0;
        features_ = fits ? features : 0;
        status &= fits ? ~0u : ~PVN_STATUS_FEATURES_OK;
    }
    status_ = status;
    events_->status_changed();
    if ((gained & PVN_STATUS_DRIVER_OK) != 0) {
        for (uint32_t i = 0; i < queue_count_; ++i) {
            if (rings_[i].running()) {
                serve_batch(i);
            }
        }
    }
    return {};
}

Result<void, device_error> device::start_queue(uint32_t index, const ring::layout& where) {
    if (index >= queue_count_) {
        return unexpected{device_error::no_queue};
    }
    if (rings_[index].running() ||
        (status_ & (PVN_STATUS_FEATURES_OK | LIVE)) != PVN_STATUS_FEATURES_OK) {
        return unexpected{device_error::bad_state};
    }
    if (!rings_[index].start(memory_, where, has(PVN_F_INDIRECT), has(PVN_F_EVENT_INDEX))) {
        return unexpected{device_error::bad_ring};
    }
    return {};
}

Result<void, device_error> device::kick(uint32_t index) {
    if (index >= queue_count_) {
        return unexpected{device_error::no_queue};
    }
    if (!running() || !rings_[index].running()) {
        return unexpected{device_error::bad_state};
    }
    serve_batch(index);
    return {};
}

Result<void, device_error> device::write_config(uint32_t, const uint8_t*, uint32_t) {
    return unexpected{device_error::bad_range};
}

bool device::take(uint32_t queue, chain& out) {
    if (limit.exhausted()) {
        held_ = true;
        return false;
    }
    if (batch_ == 0) {
        behind_ = true;
        return false;
    }
    if (!take_buffer(queue, out)) {
        return false;
    }
    const uint32_t bytes = out.readable_bytes + out.writable_bytes;
    limit.charge(bytes);
    batch_ -= bytes < batch_ ? bytes : batch_;
    batch_ -= REQUEST_COST < batch_ ? REQUEST_COST : batch_;
    return true;
}

void device::go_on() {
    if (!behind_) {
        return;
    }
    behind_ = false;
    for (uint32_t i = 0; running() && i < queue_count_; ++i) {
        if (rings_[i].running()) {
            serve_batch(i);
        }
    }
}

void device::untake(uint32_t queue, const chain& request) {
    limit.refund(request.readable_bytes + request.writable_bytes);
    rings_[queue].untake();
}

bool device::take_buffer(uint32_t queue, chain& out) {
    ring& from = rings_[queue];
    if (!running() || !from.running()) {
        return false;
    }
    // Once more after listening: a driver that saw no wish for a kick gave none.
    for (int look = 0; look < 2; ++look) {
        const auto taken = from.take(out);
        if (!taken) {
            break_down(describe(taken.error()));
            return false;
        }
        if (*taken) {
            return true;
        }
        if (!from.listen()) {
            return false;
        }
    }
    return false;
}

void device::give(uint32_t queue, uint16_t head, uint32_t written) {
    const auto given = rings_[queue].give(head, written);
    if (!given) {
        break_down(describe(given.error()));
    }
}

void device::signal(uint32_t queue) {
    if (running() && rings_[queue].running() && rings_[queue].interrupt_wanted()) {
        events_->interrupt(PVN_INTERRUPT_QUEUE);
    }
}

void device::break_down(const char* reason) {
    if ((status_ & PVN_STATUS_NEEDS_RESET) != 0) {
        return;
    }
    status_ |= PVN_STATUS_NEEDS_RESET;
    log_.line(log_.context, name_of(kind_), reason);
    events_->status_changed();
    events_->interrupt(PVN_INTERRUPT_CONFIG);
}

void device::announce_config() {
    if (events_ == nullptr) {
        return;
    }
    events_->config_changed();
    if (running()) {
        events_->interrupt(PVN_INTERRUPT_CONFIG);
    }
}

void device::tick(uint32_t now_ms) {
    limit.refill(now_ms);
    behind_ |= held_;
    held_ = false;
}

} // namespace paravane::backend
