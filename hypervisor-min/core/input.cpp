// SPDX-License-Identifier: BSD-2-Clause
// What arrives on the UART: bytes for a VM's console, and requests of the host
// (console_frame.hpp). Called from the UART's interrupt.
#include "core/hypervisor.hpp"
#include "core/irq.hpp"
#include "core/log.hpp"
#include "core/machine.hpp"

#include <string.h>

namespace paravane {

void hypervisor::input(uint8_t byte) {
    using meaning = console::frame_decoder::meaning;
    const meaning what = input_.feed(byte);
    if (what != meaning::payload && what != meaning::payload_last) {
        return;
    }
    if (input_.stream() == console::STREAM_CONTROL) {
        if (request_length_ < sizeof request_) {
            request_[request_length_++] = byte;
        }
        if (what == meaning::payload_last) {
            serve_request();
            request_length_ = 0;
        }
        return;
    }
    vm* const machine = find(input_.stream());
    if (machine == nullptr || machine->state != vm_state::running) {
        return;
    }
    if (machine->devices != nullptr && machine->devices->input(byte)) {
        return;
    }
    const uint8_t next = (machine->input_head + 1) % sizeof machine->input;
    if (next != machine->input_tail) {
        machine->input[machine->input_head] = byte;
        machine->input_head = next;
        irq::raise(*machine->cpu, static_cast<uint32_t>(abi::irq_source::console));
    }
}

void hypervisor::serve_request() {
    vm* const machine = request_length_ == 2 ? find(request_[1]) : nullptr;
    if (machine == nullptr) {
        return;
    }
    switch (static_cast<console::request>(request_[0])) {
    case console::request::counters:
        if constexpr (parts::COUNTERS) {
            print_counters(*machine);
        }
        break;
    case console::request::stop:
        if (machine->state != vm_state::ended) {
            end(*machine, console::end_kind::stopped, 0);
        }
        break;
    }
}

/// One line of JSON, behind a control header of its own.
void hypervisor::print_counters(const vm& machine) {
    static constexpr const char* NAMES[] = {"service",   "instruction", "reflect", "fault",
                                            "undefined", "irq",         "fills",   "flushes",
                                            "spaces",    "switches"};
    const counter_values counted{machine};
    line out{console::STREAM_CONTROL};
    out << static_cast<char>(console::control::counters) << static_cast<char>(machine.config->id);
    char separator = '{';
    for (uint32_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; ++i) {
        out << separator << '"' << NAMES[i] << "\":" << counted.values[i];
        separator = ',';
    }
    out << '}';
}

counter_values::counter_values(const vm& machine) {
    const vm_counters& counted = machine.counters;
    const machine::arch_counters own = machine::counters(machine);
    const uint32_t all[COUNT] = {counted.service + own.services,
                                 own.instructions,
                                 own.reflected + own.upcalls,
                                 counted.fault + own.quick_faults,
                                 own.undefined,
                                 counted.irq,
                                 own.fills,
                                 counted.flushes,
                                 counted.space_switches,
                                 counted.switches,
                                 own.upcalls};
    memcpy(values, all, sizeof values);
}

} // namespace paravane
