// SPDX-License-Identifier: BSD-2-Clause
// See vm_devices.hpp.
#include "backend/vm_devices.hpp"

namespace paravane::backend {

// Who is interrupted may have been left behind by what another VM did.

void vm_devices::raise_page(void* owner, uint32_t source) {
    vm_devices& self = *static_cast<vm_devices*>(owner);
    self.note(*self.slots_[source - FIRST_SOURCE].target);
    const surroundings& around = self.around_;
    around.interrupt(around.context, source, true);
}

void vm_devices::set_line(void* of_slot, bool high) {
    const slot& self = *static_cast<slot*>(of_slot);
    self.owner->note(*self.target);
    const surroundings& around = self.owner->around_;
    around.interrupt(around.context, self.irq_source, high);
}

abi::status vm_devices::kick(uint32_t index, uint32_t queue) {
    if (index >= count_ || slots_[index].page == nullptr) {
        return abi::status::invalid_parameter;
    }
    const abi::status result = slots_[index].page->kick(queue);
    note(*slots_[index].target);
    return result;
}

abi::status vm_devices::configure(uint32_t index, uint32_t operation, uint32_t argument) {
    if (index >= count_ || slots_[index].page == nullptr) {
        return abi::status::invalid_parameter;
    }
    const abi::status result = slots_[index].page->config(operation, argument);
    note(*slots_[index].target);
    return result;
}

bool vm_devices::input(uint8_t byte) {
    return console_ != nullptr && console_->input(&byte, 1) == 1;
}

const mmio_transport* vm_devices::registers_at(uint32_t offset) const {
    const uint32_t index = offset / PAGE_BYTES;
    return index < count_ ? slots_[index].registers : nullptr;
}

bool vm_devices::load(uint32_t offset, uint32_t width, uint32_t& value) const {
    const mmio_transport* registers = registers_at(offset);
    if (registers == nullptr) {
        return false;
    }
    value = registers->load(offset % PAGE_BYTES, width);
    return true;
}

bool vm_devices::store(uint32_t offset, uint32_t width, uint32_t value) {
    if (registers_at(offset) == nullptr) {
        return false;
    }
    const slot& one = slots_[offset / PAGE_BYTES];
    one.registers->store(offset % PAGE_BYTES, width, value);
    note(*one.target);
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
    busy = false;
    for (uint32_t i = 0; i < count_; ++i) {
        slots_[i].target->go_on();
        note(*slots_[i].target);
    }
}

void vm_devices::tick(uint32_t now_ms) {
    waiting = false;
    for (uint32_t i = 0; i < count_; ++i) {
        slots_[i].target->tick(now_ms);
        note(*slots_[i].target);
    }
}

} // namespace paravane::backend
