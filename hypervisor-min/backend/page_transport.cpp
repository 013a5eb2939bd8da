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

abi::status status_of(const Result<void, device_error>& result) {
    if (result) {
        return abi::status::success;
    }
    switch (result.error()) {
    case device_error::bad_state:
        return abi::status::bad_state;
    case device_error::bad_ring:
        return abi::status::bad_address;
    default:
        return abi::status::invalid_parameter;
    }
}

} // namespace

page_transport::page_transport(abi::device_page& page, device& target, uint32_t irq_source,
                               void (*raise)(void* context, uint32_t irq_source), void* context)
    : page_{page}, device_{target}, irq_source_{irq_source}, raise_{raise}, context_{context} {
    target.attach(*this);
    store(page.magic, abi::DEVICE_MAGIC);
    store(page.device_id, target.kind());
    store(page.irq_source, irq_source);
    store(page.device_features, target.offered());
    store(page.queue_count, target.queue_count());
    for (uint32_t i = 0; i < target.queue_count(); ++i) {
        store(page.queues[i].size_max, static_cast<uint16_t>(ring::MAX_SIZE));
    }
    config_changed();
}

abi::status page_transport::kick(uint32_t queue) {
    return status_of(device_.kick(queue));
}

abi::status page_transport::config(uint32_t operation, uint32_t argument) {
    switch (static_cast<abi::device_op>(operation)) {
    case abi::device_op::reset:
        device_.reset();
        return abi::status::success;
    case abi::device_op::set_status:
        return set_status();
    case abi::device_op::enable_queue:
        return enable_queue(argument);
    case abi::device_op::write_config:
        return write_config(argument & 0xffff, argument >> 16);
    }
    return abi::status::invalid_parameter;
}

abi::status page_transport::set_status() {
    return status_of(device_.set_status(load(page_.driver_status), load(page_.driver_features)));
}

abi::status page_transport::enable_queue(uint32_t index) {
    if (index >= device_.queue_count()) {
        return abi::status::invalid_parameter;
    }
    const abi::device_queue& words = page_.queues[index];
    const ring::layout where = {load(words.size), load(words.descriptors), load(words.driver),
                                load(words.device)};
    const auto started = device_.start_queue(index, where);
    if (started) {
        store(page_.queues[index].enabled, 1u);
    }
    return status_of(started);
}

abi::status page_transport::write_config(uint32_t offset, uint32_t bytes) {
    uint8_t copy[CONFIG_BYTES];
    if (bytes > CONFIG_BYTES || offset > CONFIG_BYTES - bytes) {
        return abi::status::invalid_parameter;
    }
    for (uint32_t i = 0; i < bytes; ++i) {
        copy[i] = load(page_.driver_config[offset + i]);
    }
    return status_of(device_.write_config(offset, copy, bytes));
}

void page_transport::interrupt(uint32_t reasons) {
    // Two counts in one word; neither carries into the other.
    uint32_t queues = interrupts_ & 0xffff;
    uint32_t configs = interrupts_ >> 16;
    queues += (reasons & PVN_INTERRUPT_QUEUE) != 0 ? 1 : 0;
    configs += (reasons & PVN_INTERRUPT_CONFIG) != 0 ? 1 : 0;
    interrupts_ = (queues & 0xffff) | configs << 16;
    store(page_.interrupt_status, interrupts_);
    raise_(context_, irq_source_);
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
