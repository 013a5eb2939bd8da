// SPDX-License-Identifier: BSD-2-Clause
// Life and death of VMs; see hypervisor.hpp. Input is in core/input.cpp.
#include "core/hypervisor.hpp"

#include "core/irq.hpp"
#include "core/log.hpp"
#include "core/machine.hpp"
#include "lib/marks.hpp"

#include <string.h>

namespace paravane {

namespace {

/// Of a VM in a second: what one mistake after the other may tell about itself.
constexpr uint32_t LOG_ENTRIES = 20;
constexpr uint64_t DEVICE_TICK = 10'000'000;
constexpr uint64_t DEVICE_PATIENCE = 1'000'000'000;

/// Eight in a million too fast, and no division.
constexpr uint32_t milliseconds(uint64_t ns) {
    constexpr uint64_t PER_NS = 4295; // in 2^-32
    return static_cast<uint32_t>((ns >> 32) * PER_NS + (((ns & 0xffffffff) * PER_NS) >> 32));
}

/// The regions of boot_info, as far as they fit.
PVN_BOOT_ONLY void describe_memory(const boot::vm_config& config, abi::boot_info& info) {
    const uint32_t limit = sizeof info.regions / sizeof info.regions[0];
    const auto add = [&](uint32_t base, uint32_t size, abi::region_kind kind, uint32_t index) {
        if (info.region_count < limit) {
            info.regions[info.region_count++] = {base, size, static_cast<uint32_t>(kind), index, 0};
        }
    };
    for (uint32_t i = 0; i < config.region_count; ++i) {
        add(config.regions[i].base.value(), config.regions[i].size, abi::region_kind::ram, 0);
    }
    if (config.device_count != 0) {
        add(abi::DEVICE_PAGES, config.device_count * PAGE_SIZE, abi::region_kind::device_pages, 0);
    }
    for (uint32_t i = 0; i < config.passthrough_count; ++i) {
        add(config.passthrough[i].window.value(), config.passthrough[i].size,
            abi::region_kind::passthrough, i);
    }
}

PVN_BOOT_ONLY void describe_boot(const boot::vm_config& config, uint32_t peers,
                                 abi::boot_info& info) {
    info = {};
    info.magic = abi::BOOT_MAGIC;
    info.dtb = config.atags ? 0 : config.boot_parameters.value();
    info.initrd_base = config.ramdisk.value();
    info.initrd_size = config.ramdisk_size;
    info.device_count = config.device_count;
    info.peer_count = peers;
    describe_memory(config, info);
    memcpy(info.arguments, config.arguments, sizeof info.arguments);
}

void fill_page(const vm& machine) {
    abi::vcpu_page& page = *machine.cpu->page;
    memset(&page, 0, sizeof page);
    page.magic = abi::VCPU_MAGIC;
    page.abi_version = abi::VERSION;
    page.bytes = offsetof(abi::vcpu_page, reserved2);
    page.vm_id = machine.config->id;
    page.features[0] = machine.feature_words[0];
    page.features[1] = machine.feature_words[1];
    page.counter_hz = machine::counter_hz();
    memcpy(&page.boot, &machine.cpu->boot, sizeof page.boot);
}

void tell_left_out(vm& machine) {
    log_allowance& allowed = machine.allowed;
    if (allowed.left_out != 0) {
        log_line(blame::guest, machine.config->id) << allowed.left_out << " entries left out";
        allowed.left_out = 0;
    }
}

} // namespace

bool may_log(vm& machine) {
    log_allowance& allowed = machine.allowed;
    const uint32_t second = static_cast<uint32_t>(machine::now() >> 30);
    if (second != allowed.window) {
        tell_left_out(machine);
        allowed = {second, 0, 0};
    }
    if (allowed.told == LOG_ENTRIES) {
        ++allowed.left_out;
        return false;
    }
    ++allowed.told;
    return true;
}

PVN_BOOT_ONLY void hypervisor::init(const boot::board_config& board,
                                    const boot::system_config& system) {
    board_ = board;
    system_ = system;
    for (uint32_t i = 0; i < system_.vm_count; ++i) {
        vms_[i].config = &system_.vms[i];
    }
}

vm* hypervisor::find(uint32_t id) {
    for (uint32_t i = 0; i < system_.vm_count; ++i) {
        if (vms_[i].config->id == id) {
            return &vms_[i];
        }
    }
    return nullptr;
}

boot::byte_span hypervisor::image() const {
    return {machine::at(board_.image.base), board_.image.size};
}

void hypervisor::begin_loading(vm& machine) {
    machine.state = vm_state::loading;
    machine.load = {};
    machine.cpu->deadline = NEVER;
    machine.cpu->run = run_state::woken;
    if (machine.devices != nullptr) {
        machine.devices->reset();
        machine.quiet_by = machine::now() + DEVICE_PATIENCE;
    }
}

/// No disk of the board may still work on memory that is loaded.
void hypervisor::load_on(vm& machine) {
    const boot::vm_config& config = *machine.config;
    if (machine.devices != nullptr && !machine.devices->quiet()) {
        machine::poll_devices();
        if (machine::now() > machine.quiet_by) {
            log_line(blame::board, config.id) << "a disk does not finish: not started again";
            lose(machine);
        }
        return;
    }
    const auto loaded = machine.load.step(image(), config, &machine::at);
    if (!loaded) {
        log_line(blame::image, config.id) << loaded.error().where << ": " << loaded.error().what;
        lose(machine);
    } else if (*loaded) {
        launch(machine);
    }
}

void hypervisor::launch(vm& machine) {
    vcpu& cpu = *machine.cpu;
    fill_page(machine);
    cpu.raised = 0;
    cpu.stolen = 0;
    machine.input_head = machine.input_tail = 0;
    machine::reset(machine);
    machine.state = vm_state::running;
}

PVN_BOOT_ONLY void hypervisor::start(vm& machine) {
    describe_boot(*machine.config, system_.vm_count, machine.cpu->boot);
    begin_loading(machine);
    while (machine.state == vm_state::loading) {
        load_on(machine);
    }
}

void hypervisor::work(vm& machine) {
    if (machine.state == vm_state::loading) {
        load_on(machine);
    } else {
        machine.devices->work();
    }
}

void hypervisor::kill(vm& machine, const char* reason) {
    if (machine.state != vm_state::running) {
        return;
    }
    if (may_log(machine)) {
        log_line(blame::guest, machine.config->id) << "killed: " << reason;
        machine::describe(machine);
    }
    end(machine, console::end_kind::killed, 0);
}

void hypervisor::end(vm& machine, console::end_kind kind, uint32_t code) {
    const bool failed = kind == console::end_kind::killed || code != 0;
    const boot::vm_config& config = *machine.config;
    if (failed && config.restart == boot::restart_policy::on_failure &&
        machine.restarts < config.restart_max) {
        restart(machine);
        return;
    }
    any_failed_ |= failed;
    bury(machine, kind, code);
}

/// Its image or a disk of the board failed it.
void hypervisor::lose(vm& machine) {
    any_failed_ = true;
    bury(machine, console::end_kind::killed, 0);
}

/// Ends a VM for good, and the system when only services are left.
void hypervisor::bury(vm& machine, console::end_kind kind, uint32_t code) {
    lay_down(machine, kind, code);
    for (uint32_t i = 0; i < system_.vm_count; ++i) {
        if (vms_[i].state != vm_state::ended && !system_.vms[i].service) {
            return;
        }
    }
    for (uint32_t i = 0; i < system_.vm_count; ++i) {
        if (vms_[i].state != vm_state::ended) {
            lay_down(vms_[i], console::end_kind::stopped, 0);
        }
    }
    if constexpr (parts::TRACE) {
        trace.flush();
    }
    console::event(console::control::system_ended, 0);
    machine::power_off(any_failed_);
}

/// One VM's part of it.
void hypervisor::lay_down(vm& machine, console::end_kind kind, uint32_t code) {
    machine.state = vm_state::ended;
    machine.cpu->run = run_state::stopped;
    machine.cpu->deadline = NEVER;
    if (machine.devices != nullptr) {
        machine.devices->reset();
    }
    machine::request_reschedule();
    tell_left_out(machine);
    const uint8_t rest[] = {static_cast<uint8_t>(kind), static_cast<uint8_t>(code),
                            static_cast<uint8_t>(code >> 8), static_cast<uint8_t>(code >> 16),
                            static_cast<uint8_t>(code >> 24)};
    console::event(console::control::vm_ended, machine.config->id, rest, sizeof rest);
}

void hypervisor::restart(vm& machine) {
    ++machine.restarts;
    console::event(console::control::vm_restarted, machine.config->id, &machine.restarts, 1);
    machine::request_reschedule();
    begin_loading(machine);
}

void hypervisor::see_to_devices(vm& machine) {
    if (machine.devices->busy) {
        vcpu& cpu = *machine.cpu;
        arch::request_attention(cpu.arch);
        if (cpu.run == run_state::idle) {
            cpu.run = run_state::woken;
            machine::request_reschedule();
        }
    }
    if (machine.devices->waiting && device_tick_ == NEVER) {
        device_tick_ = machine::now() + DEVICE_TICK;
        next_deadline_ = device_tick_ < next_deadline_ ? device_tick_ : next_deadline_;
        machine::request_reschedule();
    }
}

PVN_RARE void hypervisor::tick_devices(uint64_t now) {
    device_tick_ = NEVER;
    for (uint32_t i = 0; i < system_.vm_count; ++i) {
        vm& machine = vms_[i];
        if (machine.devices != nullptr && machine.devices->waiting) {
            machine.devices->tick(milliseconds(now));
            see_to_devices(machine);
        }
    }
}

void hypervisor::set_deadline(vcpu& cpu, uint64_t deadline) {
    cpu.deadline = deadline;
    next_deadline_ = deadline < next_deadline_ ? deadline : next_deadline_;
}

PVN_RARE uint64_t hypervisor::expire_due(uint64_t now) {
    uint64_t next = NEVER;
    for (uint32_t i = 0; i < system_.vm_count; ++i) {
        vcpu& cpu = *vms_[i].cpu;
        if (cpu.deadline <= now) {
            cpu.deadline = NEVER;
            irq::raise(cpu, static_cast<uint32_t>(abi::irq_source::timer));
        }
        next = cpu.deadline < next ? cpu.deadline : next;
    }
    if (parts::DEVICES && device_tick_ <= now) {
        tick_devices(now);
    }
    next_deadline_ = device_tick_ < next ? device_tick_ : next;
    return next_deadline_;
}

} // namespace paravane
