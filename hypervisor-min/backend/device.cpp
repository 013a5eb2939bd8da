// SPDX-License-Identifier: BSD-2-Clause
// See device.hpp.
#include "backend/device.hpp"

namespace paravane::backend {

namespace {

const char* name_of(uint32_t kind) {
    static constexpr const char* NAMES[] = {"vsock",   "net",     "block",
                                            "console", "entropy", "balloon"};
    return NAMES[kind <= PVN_KIND_BALLOON ? kind : 0];
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
    way_->status_changed();
}

abi::status device::set_status(uint32_t status, uint64_t features) {
    const uint32_t before = status_;
    if (status == 0) {
        reset();
        return abi::status::success;
    }
    const uint32_t gained = status & ~before;
    const uint32_t lost = before & ~status & ~PVN_STATUS_NEEDS_RESET;
    const bool too_early =
        (gained & PVN_STATUS_DRIVER_OK) != 0 && (before & PVN_STATUS_FEATURES_OK) == 0;
    if (lost != 0 || too_early) {
        return abi::status::bad_state;
    }
    status |= before & PVN_STATUS_NEEDS_RESET;
    if ((gained & PVN_STATUS_FEATURES_OK) != 0) {
        const bool fits = (features & ~offered_) == 0 && (features >> PVN_F_VERSION_1 & 1) != 0;
        features_ = fits ? features : 0;
        status &= fits ? ~0u : ~PVN_STATUS_FEATURES_OK;
    }
    status_ = status;
    way_->status_changed();
    if ((gained & PVN_STATUS_DRIVER_OK) != 0) {
        serve_all();
    }
    return abi::status::success;
}

abi::status device::start_queue(uint32_t index, const ring::layout& where) {
    if (index >= queue_count_) {
        return abi::status::invalid_parameter;
    }
    if (rings_[index].running() ||
        (status_ & (PVN_STATUS_FEATURES_OK | LIVE)) != PVN_STATUS_FEATURES_OK) {
        return abi::status::bad_state;
    }
    return rings_[index].start(memory_, where, has(PVN_F_INDIRECT), has(PVN_F_EVENT_INDEX))
               ? abi::status::success
               : abi::status::bad_address;
}

abi::status device::write_config(uint32_t, const uint8_t*, uint32_t) {
    return abi::status::invalid_parameter;
}

abi::status device::kick(uint32_t index) {
    if (index >= queue_count_) {
        return abi::status::invalid_parameter;
    }
    return serve_batch(index) ? abi::status::success : abi::status::bad_state;
}

/// Whether there is one more. A driver that saw no wish for a kick gave none, so listen()
/// looks again.
[[gnu::always_inline]] inline bool device::offered(ring& by) {
    return by.offered() || by.listen();
}

/// The next chain of a queue in use.
[[gnu::always_inline]] inline bool device::find(ring& from, chain& out) {
    const ring_fault fault = from.take(out);
    if (fault != ring_fault::none) [[unlikely]] {
        break_down(describe(fault));
        return false;
    }
    return out.count != 0;
}

bool device::take(uint32_t queue, chain& out) {
    if (!offered(rings_[queue])) {
        return false;
    }
    if (limit.exhausted()) [[unlikely]] {
        held_ = true;
        wait_for_time();
        return false;
    }
    if (batch_ == 0) [[unlikely]] {
        fall_behind();
        return false;
    }
    if (!find(rings_[queue], out)) {
        return false;
    }
    const uint32_t bytes = out.bytes();
    limit.charge(bytes);
    const uint32_t cost = bytes < BATCH ? bytes + REQUEST_COST : BATCH;
    batch_ = cost < batch_ ? batch_ - cost : 0;
    return true;
}

bool device::take_buffer(uint32_t queue, chain& out) {
    return live(queue) && offered(rings_[queue]) && find(rings_[queue], out);
}

void device::serve_all() {
    for (uint32_t i = 0; i < queue_count_; ++i) {
        serve_batch(i);
    }
}

void device::go_on() {
    if (behind_) {
        behind_ = false;
        serve_all();
    }
}

void device::untake(uint32_t queue, const chain& request) {
    limit.refund(request.bytes());
    rings_[queue].untake();
}

void device::signal(uint32_t queue) {
    if (live(queue) && rings_[queue].interrupt_wanted()) {
        way_->interrupt(PVN_INTERRUPT_QUEUE);
    }
}

void device::break_down(const char* reason) {
    if ((status_ & PVN_STATUS_NEEDS_RESET) != 0) {
        return;
    }
    status_ |= PVN_STATUS_NEEDS_RESET;
    log_.line(log_.context, name_of(kind_), reason);
    way_->status_changed();
    way_->interrupt(PVN_INTERRUPT_CONFIG);
}

void device::tick(uint32_t now_ms) {
    limit.refill(now_ms);
    if (held_) {
        held_ = false;
        fall_behind();
    }
}

} // namespace paravane::backend
