// SPDX-License-Identifier: BSD-2-Clause
// What arrives on the UART: bytes for a VM's console, and requests of the host
// (console_frame.hpp). Called from the UART's interrupt.
#include "core/hypervisor.hpp"
#include "core/irq.hpp"
#include "core/machine.hpp"

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
        print_counters(*machine);
        break;
    case console::request::stop:
        if (machine->state == vm_state::running) {
            end(*machine, console::end_kind::stopped, 0);
        }
        break;
    }
}

namespace {

/// One line of JSON, behind a control header of its own.
class counter_line {
public:
    explicit counter_line(uint8_t vm) {
        put(static_cast<char>(console::control::counters));
        put(static_cast<char>(vm));
    }
    [[gnu::noinline]] void member(const char* name, uint32_t value) {
        put(separator_);
        put('"');
        while (*name != '\0') {
            put(*name++);
        }
        put('"');
        put(':');
        char digits[10];
        uint32_t count = 0;
        do {
            digits[count++] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
        while (count != 0) {
            put(digits[--count]);
        }
        separator_ = ',';
    }
    void send() {
        put('}');
        put('\n');
        console::write(console::STREAM_CONTROL, reinterpret_cast<const uint8_t*>(text_), length_);
    }

private:
    void put(char c) {
        if (length_ < sizeof text_) {
            text_[length_++] = c;
        }
    }

    char text_[240];
    uint32_t length_{0};
    char separator_{'{'};
};

} // namespace

void hypervisor::print_counters(const vm& machine) {
    counter_line line{machine.config->id};
    const machine::arch_counters own = machine::counters(machine);
    line.member("service", machine.counters.service + own.services);
    line.member("instruction", own.instructions);
    line.member("reflect", own.reflected + own.upcalls);
    line.member("fault", machine.counters.fault);
    line.member("undefined", own.undefined);
    line.member("irq", machine.counters.irq);
    line.member("fills", own.fills);
    line.member("flushes", machine.counters.flushes);
    line.member("spaces", machine.counters.space_switches);
    line.member("switches", machine.counters.switches);
    line.send();
}

} // namespace paravane
