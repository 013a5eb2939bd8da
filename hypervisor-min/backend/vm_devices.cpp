// SPDX-License-Identifier: BSD-2-Clause
// See vm_devices.hpp.
#include "backend/vm_devices.hpp"

namespace paravane::backend {

abi::status vm_devices::kick(uint32_t index, uint32_t queue) {
    if (index >= count_ || slots_[index].page == nullptr) {
        return abi::status::invalid_parameter;
    }
    return slots_[index].target->kick(queue);
}

abi::status vm_devices::configure(uint32_t index, uint32_t operation, uint32_t argument) {
    if (index >= count_ || slots_[index].page == nullptr) {
        return abi::status::invalid_parameter;
    }
    return slots_[index].page->config(operation, argument);
}

bool vm_devices::input(uint8_t byte) {
    return console_ != nullptr && console_->input(&byte, 1) == 1;
}

mmio_transport* vm_devices::registers_at(uint32_t offset) const {
    const uint32_t index = offset / PAGE_BYTES;
    return index < count_ ? slots_[index].registers : nullptr;
}

bool vm_devices::load(uint32_t offset, uint32_t width, uint32_t& value) const {
    const mmio_transport* const registers = registers_at(offset);
    if (registers == nullptr) {
        return false;
    }
    value = registers->load(offset % PAGE_BYTES, width);
    return true;
}

bool vm_devices::store(uint32_t offset, uint32_t width, uint32_t value) {
    mmio_transport* const registers = registers_at(offset);
    if (registers == nullptr) {
        return false;
    }
    registers->store(offset % PAGE_BYTES, width, value);
    return true;
}

void vm_devices::reset() {
    for (uint32_t i = 0; i < count_; ++i) {
        slots_[i].target->reset();
    }
}

bool vm_devices::quiet() const {
    bool all = true;
    for (uint32_t i = 0; i < count_; ++i) {
        all = all && slots_[i].target->quiet();
    }
    return all;
}

void vm_devices::work() {
    busy = false; // who is left behind again says so
    device* turn = nullptr;
    uint32_t at = turn_;
    for (uint32_t left = count_; left != 0; --left) {
        at = at + 1 < count_ ? at + 1 : 0;
        if (!slots_[at].target->behind()) {
            continue;
        }
        if (turn != nullptr) {
            busy = true;
            break;
        }
        turn = slots_[at].target;
        turn_ = at;
    }
    if (turn != nullptr) {
        turn->go_on();
    }
}

void vm_devices::tick(uint32_t now_ms) {
    waiting = false;
    for (uint32_t i = 0; i < count_; ++i) {
        slots_[i].target->tick(now_ms);
        waiting |= slots_[i].target->waiting();
    }
}

} // namespace paravane::backend
