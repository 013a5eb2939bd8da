// SPDX-License-Identifier: BSD-2-Clause
// See disk.hpp. ring(), serve() and finish_one() do for this one way of using a ring what
// pvn_queue_kick, pvn_device_interrupts and pvn_queue_take do for every one: a request runs
// through each of them.
#include "backend/disk.hpp"

namespace paravane::backend {

namespace {

pvn_u64 address_of(const drive& on, const void* memory, uint32_t bytes) {
    const pvn_os* const os = on.registers.device.os;
    return os->device_address(os->context, memory, bytes);
}

} // namespace

void drive::ring() {
    if (queue.announced == queue.published || registers.device.broken != nullptr) {
        return;
    }
    queue.announced = queue.published;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if ((PVN_LOAD16(&queue.used->flags) & PVN_USED_NO_NOTIFY) == 0) {
        registers.bus->write(registers.registers, PVN_MMIO_KICK, 4, 0);
    }
}

void drive::serve() {
    const uint32_t why = registers.bus->read(registers.registers, PVN_MMIO_INTERRUPT_STATUS, 4);
    if ((why & PVN_INTERRUPT_CONFIG) == 0) [[likely]] {
        registers.bus->write(registers.registers, PVN_MMIO_INTERRUPT_ACKNOWLEDGE, 4, why);
    } else {
        pvn_device_interrupts(&registers.device); // it may ask for a reset
    }
    poll();
}

void disk::serve(uint32_t) {
    while (free_ != 0 && take(0, work_) && forward(static_cast<uint32_t>(__builtin_ctz(free_)))) {
    }
    full_ = free_ == 0;
    drive_.ring();
}

/// Fills the descriptors behind the header's; false when there are too few, or a piece is
/// too large.
[[gnu::always_inline]] inline bool disk::describe(uint32_t request, uint32_t type) {
    const bool write = type == PVN_BLOCK_WRITE;
    pvn_desc* at = chain_of(request) + 1;
    const pvn_desc* const end = at + drive_.segments;
    const auto add = [&](uint8_t* memory, uint32_t bytes) {
        if (at == end || bytes > drive_.segment_bytes) {
            return false;
        }
        at->address = address_of(drive_, memory, bytes);
        at->bytes = bytes;
        at->flags = PVN_DESC_NEXT | (write ? 0 : PVN_DESC_WRITE);
        ++at;
        return true;
    };
    if (type != PVN_BLOCK_FLUSH && !each_piece(work_, write, add)) {
        return false;
    }
    const segment& last = work_.segments[work_.count - 1];
    uint8_t* const status = last.memory + last.bytes - 1;
    waits_[request] = {status, work_.writable_bytes, work_.head};
    at->address = address_of(drive_, status, 1);
    at->bytes = 1;
    at->flags = PVN_DESC_WRITE;
    return true;
}

/// False when nothing more is to be taken now.
[[gnu::always_inline]] inline bool disk::forward(uint32_t request) {
    pvn_block_header header;
    const wish wanted = look(work_, header);
    if (wanted == wish::serve) [[likely]] {
        if (drive_.registers.device.broken == nullptr && describe(request, header.type))
            [[likely]] {
            drive_.headers[request] = header;
            free_ &= ~(1u << request);
            pvn_queue_offer(&drive_.queue, static_cast<pvn_u16>(request << drive_.chain_shift));
            return true;
        }
        answer(work_, PVN_BLOCK_IO_ERROR, 1);
    }
    signal(0);
    return wanted != wish::broken;
}

void disk::finish(uint32_t request, uint32_t written) {
    const uint32_t bit = 1u << request;
    free_ |= bit;
    if ((stale_ & bit) != 0) {
        stale_ &= ~bit;
    } else if (running()) {
        const uint32_t most = waits_[request].writable;
        give(0, waits_[request].head, written < most ? written : most);
    }
}

/// False when the drive has finished nothing, or is broken.
[[gnu::always_inline]] inline bool disk::finish_one() {
    pvn_queue& queue = drive_.queue;
    const uint16_t ready = PVN_LOAD16(&queue.used->index) - queue.consumed;
    if (ready == 0) {
        return false;
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    const pvn_used_element* const element =
        &PVN_USED_RING(queue.used)[queue.consumed & (queue.size - 1)];
    const uint32_t head = PVN_LOAD32(&element->id);
    const uint32_t request = head >> drive_.chain_shift;
    if (ready > queue.in_flight || request << drive_.chain_shift != head ||
        request >= drive_.requests || (free_ >> request & 1) != 0) [[unlikely]] {
        pvn_device_break(&drive_.registers.device, "a request that the disk does not have");
        return false;
    }
    ++queue.consumed;
    --queue.in_flight;
    finish(request, PVN_LOAD32(&element->bytes));
    return true;
}

/// What it had fails; when it does not confirm the reset, it may still have it.
void disk::stop_drive() {
    if (pvn_device_reset(&drive_.registers.device) != PVN_OK) {
        return;
    }
    for (uint32_t left = all() & ~free_; left != 0; left &= left - 1) {
        const auto request = static_cast<uint32_t>(__builtin_ctz(left));
        if ((stale_ >> request & 1) == 0) {
            *waits_[request].status = PVN_BLOCK_IO_ERROR;
        }
        finish(request, 1);
    }
}

void disk::poll() {
    // Without event indices every answer interrupts, also one that comes behind the last look.
    while (finish_one()) {
    }
    if (drive_.registers.device.broken != nullptr) [[unlikely]] {
        stop_drive();
    }
    // A driver that started again may wait for this place, stale or not.
    if (full_) {
        serve_batch(0);
    }
    signal(0);
}

} // namespace paravane::backend
