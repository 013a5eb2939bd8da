// SPDX-License-Identifier: BSD-2-Clause
// See page_transport.hpp.
#include "backend/page_transport.hpp"

namespace paravane::backend {

namespace {

template <class T>
T load(const T& word) {
    return *const_cast<const volatile T*>(&word);
}

template <class T>
void store(T& word, T value) {
    *const_cast<volatile T*>(&word) = value;
}

} // namespace

abi::status page_transport::config(uint32_t operation, uint32_t argument) {
    switch (static_cast<abi::device_op>(operation)) {
    case abi::device_op::reset:
        device_.reset();
        return abi::status::success;
    case abi::device_op::set_status:
        return device_.set_status(load(page_.driver_status), load(page_.driver_features));
    case abi::device_op::enable_queue:
        return enable_queue(argument);
    case abi::device_op::write_config:
        return write_config(argument & 0xffff, argument >> 16);
    }
    return abi::status::invalid_parameter;
}

abi::status page_transport::enable_queue(uint32_t index) {
    if (index >= device_.queue_count()) {
        return abi::status::invalid_parameter;
    }
    const abi::device_queue& words = page_.queues[index];
    const ring::layout where = {load(words.size), load(words.descriptors), load(words.driver),
                                load(words.device)};
    const abi::status started = device_.start_queue(index, where);
    status_changed();
    return started;
}

abi::status page_transport::write_config(uint32_t offset, uint32_t bytes) {
    uint8_t copy[CONFIG_BYTES];
    if (bytes > CONFIG_BYTES || offset > CONFIG_BYTES - bytes) {
        return abi::status::invalid_parameter;
    }
    for (uint32_t i = 0; i < bytes; ++i) {
        copy[i] = load(page_.driver_config[offset + i]);
    }
    return device_.write_config(offset, copy, bytes);
}

void page_transport::interrupt(uint32_t reasons) {
    // Two counts in one word; neither carries into the other.
    uint32_t queues = interrupts_ & 0xffff;
    uint32_t configs = interrupts_ >> 16;
    queues += (reasons & PVN_INTERRUPT_QUEUE) != 0 ? 1 : 0;
    configs += (reasons & PVN_INTERRUPT_CONFIG) != 0 ? 1 : 0;
    interrupts_ = (queues & 0xffff) | configs << 16;
    store(page_.interrupt_status, interrupts_);
    raise();
}

void page_transport::config_changed() {
    store(page_.generation, ++generation_);
    for (uint32_t i = 0; i < CONFIG_BYTES; ++i) {
        store(page_.config[i], device_.config()[i]);
    }
    store(page_.generation, ++generation_);
}

void page_transport::status_changed() {
    store(page_.status, device_.status());
    for (uint32_t i = 0; i < device_.queue_count(); ++i) {
        store(page_.queues[i].enabled, device_.queue_running(i) ? 1u : 0u);
    }
}

} // namespace paravane::backend
