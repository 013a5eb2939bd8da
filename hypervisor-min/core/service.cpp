// SPDX-License-Identifier: BSD-2-Clause
// The service calls; see service.hpp. Before it stands the trap, after it the
// scheduler (idle, yield, stop) or core/machine.hpp (address spaces).
#include "core/service.hpp"

#include "core/irq.hpp"
#include "core/machine.hpp"
#include "paravane/dispatch.hpp"

namespace paravane {

using abi::status;

namespace {

/// Output is polled: a call takes no more than this, and the guest calls again.
constexpr uint32_t CONSOLE_CHUNK = 512;

template <class Call>
typename Call::result failed(status why) {
    typename Call::result out{};
    out.status = why;
    return out;
}

} // namespace

uint8_t* guest_bytes(const vm& machine, abi::guest_physical where, uint32_t size) {
    if ((where.value >> 32) != 0) {
        return nullptr;
    }
    const gpa first{static_cast<uint32_t>(where.value)};
    const boot::vm_config& config = *machine.config;
    for (uint32_t i = 0; i < config.region_count; ++i) {
        const boot::memory_region& region = config.regions[i];
        const uint32_t offset = first - region.base;
        if (offset < region.size && size <= region.size - offset) {
            return machine::at(region.backing + offset);
        }
    }
    return nullptr;
}

void service::serve() {
    ++vm_.counters.service;
    arch::trap_frame& frame = vm_.cpu->arch.frame;
    abi::dispatch(*this, frame.r[12], frame.r);
}

bool service::has(abi::feature wanted) const {
    return (vm_.feature_words[abi::feature_word(wanted)] & abi::feature_mask(wanted)) != 0;
}

// Discovery --------------------------------------------------------------------

abi::version_call::result service::on(const abi::version_call&) {
    return {abi::VERSION};
}

abi::features_call::result service::on(const abi::features_call& call) {
    return {status::success, call.word < 2 ? vm_.feature_words[call.word] : 0};
}

abi::uid_call::result service::on(const abi::uid_call&) {
    return {abi::UID[0], abi::UID[1], abi::UID[2], abi::UID[3]};
}

abi::vm_info_call::result service::on(const abi::vm_info_call& call) {
    uint64_t value = 0;
    switch (call.key) {
    case abi::info_key::vm_id:
        value = vm_.config->id;
        break;
    case abi::info_key::vcpu_count:
        value = 1;
        break;
    case abi::info_key::memory_bytes:
        value = vm_.config->ram_bytes();
        break;
    case abi::info_key::board:
        value = machine::board_id();
        break;
    case abi::info_key::counter_hz:
        value = machine::counter_hz();
        break;
    default: {
        const uint32_t index = static_cast<uint32_t>(call.key) - counter_values::FIRST;
        if (!parts::COUNTERS || index >= counter_values::COUNT) {
            return failed<abi::vm_info_call>(status::invalid_parameter);
        }
        value = counter_values{vm_}.values[index];
    }
    }
    return {status::success, value};
}

// vCPU -------------------------------------------------------------------------

abi::vcpu_setup_call::result service::on(const abi::vcpu_setup_call& call) {
    const gva page{call.page.value};
    if (!page.aligned(PAGE_SIZE) || (call.flags & ~abi::SETUP_CLAIMS_ALL) != 0) {
        return {status::invalid_parameter};
    }
    return {machine::setup_page(vm_, page, call.flags)};
}

void service::on(const abi::upcall_return_call&) {
    if (const char* const reason = machine::upcall_return(vm_); reason != nullptr) {
        whole_.kill(vm_, reason);
    }
}

abi::idle_call::result service::on(const abi::idle_call&) {
    if (!irq::refresh(*vm_.cpu, *vm_.cpu->page) && !vm_.devices_busy()) {
        vm_.cpu->run = run_state::idle;
        machine::request_reschedule();
    }
    return {};
}

abi::idle_unmasked_call::result service::on(const abi::idle_unmasked_call&) {
    vm_.cpu->page->irq_mask = 0;
    arch::request_attention(vm_.cpu->arch); // for what is pending already
    on(abi::idle_call{});
    return {};
}

abi::yield_call::result service::on(const abi::yield_call&) {
    whole_.sched.yield();
    machine::request_reschedule();
    return {};
}

abi::stop_call::result service::on(const abi::stop_call& call) {
    switch (call.reason) {
    case abi::stop_reason::off:
        whole_.end(vm_, console::end_kind::off, call.code);
        break;
    case abi::stop_reason::reset:
        whole_.restart(vm_);
        break;
    case abi::stop_reason::panic:
        whole_.kill(vm_, "the guest gave up");
        break;
    }
    return {};
}

void service::on(const abi::psci_system_off_call&) {
    whole_.end(vm_, console::end_kind::off, 0);
}
void service::on(const abi::psci_system_reset_call&) {
    whole_.restart(vm_);
}
abi::psci_version_call::result service::on(const abi::psci_version_call&) {
    return {0x10000};
}

abi::psci_features_call::result service::on(const abi::psci_features_call& call) {
    switch (call.function) {
    case abi::psci_version_call::ID:
    case abi::psci_system_off_call::ID:
    case abi::psci_system_reset_call::ID:
    case abi::psci_features_call::ID:
        return {};
    default:
        return {status::not_supported};
    }
}

// Memory -----------------------------------------------------------------------

abi::space_switch_call::result service::on(const abi::space_switch_call& call) {
    ++vm_.counters.space_switches;
    return {machine::space_switch(vm_, call.ttbr0, call.contextidr)};
}

abi::tlb_flush_call::result service::on(const abi::tlb_flush_call& call) {
    ++vm_.counters.flushes;
    const auto scope = static_cast<abi::flush_scope>(call.how & 0xff);
    const auto reason = static_cast<abi::flush_reason>((call.how >> 8) & 0xff);
    const gva first{call.va.value};
    const bool wraps =
        call.pages > ((0u - first.page().value()) >> PAGE_SHIFT) && first.page().value() != 0;
    if ((call.how >> 16) != 0 || !is_valid(scope) || !is_valid(reason) || call.asid > 0xff ||
        (scope == abi::flush_scope::range && (wraps || call.pages > 0x100000))) {
        return {status::invalid_parameter};
    }
    return {machine::tlb_flush(vm_, first, call.pages, call.asid, scope, reason)};
}

abi::pt_update_call::result service::on(const abi::pt_update_call& call) {
    if (call.count > abi::PT_BATCH_MAX) {
        return {status::invalid_parameter};
    }
    ++vm_.counters.flushes;
    return {machine::pt_update(vm_, call.count, call.op)};
}

abi::cache_range_call::result service::on(const abi::cache_range_call& call) {
    if (call.va.value + call.length < call.va.value) {
        return {status::invalid_parameter};
    }
    return {machine::cache_range(vm_, gva{call.va.value}, call.length, call.op)};
}

#ifndef PARAVANE_CORE_ONLY
abi::page_format_call::result service::on(const abi::page_format_call& call) {
    if ((call.table.value & (PAGE_SIZE - 1)) != 0) {
        return {status::invalid_parameter};
    }
    if (call.table.value != 0 && guest_bytes(vm_, call.table, 4 * PAGE_SIZE) == nullptr) {
        return {status::bad_address};
    }
    machine::set_page_format(vm_, gpa{static_cast<uint32_t>(call.table.value)});
    return {status::success};
}
#endif

// Interrupts and time ------------------------------------------------------------

abi::irq_end_call::result service::on(const abi::irq_end_call& call) {
    if (call.source != abi::NO_SOURCE) {
        if (call.source >= abi::IRQ_SOURCE_COUNT) {
            return {status::invalid_parameter};
        }
        machine::end_interrupt(vm_, call.source);
    }
    arch::request_attention(vm_.cpu->arch);
    return {};
}

abi::doorbell_call::result service::on(const abi::doorbell_call& call) {
    vm* const peer = whole_.find(call.vm);
    if (peer == nullptr) {
        return {status::invalid_parameter};
    }
    if (((vm_.config->peers >> call.vm) & 1) == 0) {
        return {status::denied};
    }
    if (peer->state == vm_state::running) {
        irq::raise(*peer->cpu, static_cast<uint32_t>(abi::irq_source::doorbell));
    }
    return {};
}

abi::time_read_call::result service::on(const abi::time_read_call&) {
    return {status::success, machine::now()};
}

abi::timer_set_call::result service::on(const abi::timer_set_call& call) {
    whole_.set_deadline(*vm_.cpu, call.deadline);
    machine::request_reschedule();
    return {};
}

// Devices ------------------------------------------------------------------------

abi::device_kick_call::result service::on(const abi::device_kick_call& call) {
    if (vm_.devices == nullptr) {
        return {status::invalid_parameter};
    }
    return {vm_.devices->kick(call.device, call.queue)};
}

abi::device_config_call::result service::on(const abi::device_config_call& call) {
    if (vm_.devices == nullptr) {
        return {status::invalid_parameter};
    }
    return {vm_.devices->configure(call.device, static_cast<uint32_t>(call.op), call.argument)};
}

// Console ------------------------------------------------------------------------

abi::console_write_call::result service::on(const abi::console_write_call& call) {
    if (call.length > 4096) {
        return failed<abi::console_write_call>(status::invalid_parameter);
    }
    const uint8_t* const bytes = guest_bytes(vm_, call.address, call.length);
    if (bytes == nullptr) {
        return failed<abi::console_write_call>(status::bad_address);
    }
    const uint32_t taken = call.length < CONSOLE_CHUNK ? call.length : CONSOLE_CHUNK;
    console::write(vm_.config->id, bytes, taken);
    return {status::success, taken};
}

abi::console_read_call::result service::on(const abi::console_read_call&) {
    abi::console_read_call::result out{};
    while (out.length < 8 && vm_.input_tail != vm_.input_head) {
        out.bytes |= static_cast<uint64_t>(vm_.input[vm_.input_tail]) << (8 * out.length++);
        vm_.input_tail = (vm_.input_tail + 1) % sizeof vm_.input;
    }
    return out;
}

} // namespace paravane
