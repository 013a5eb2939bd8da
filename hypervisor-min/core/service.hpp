// SPDX-License-Identifier: BSD-2-Clause
// The service calls, one on() each, for the generated dispatch.hpp. Guest memory is
// copied in once; every number is checked before use.
#pragma once

#include "core/hypervisor.hpp"
#include "paravane/abi.hpp"

namespace paravane {

/// Bytes of `machine`'s RAM, or null when [where, where + size) is not wholly in one
/// of its regions.
uint8_t* guest_bytes(const vm& machine, abi::guest_physical where, uint32_t size);

class service {
public:
    service(hypervisor& whole, vm& caller) : whole_{whole}, vm_{caller} {}

    /// Serves the call in r12 of the caller's frame.
    void serve();
    bool has(abi::feature wanted) const;

    abi::version_call::result on(const abi::version_call&);
    abi::features_call::result on(const abi::features_call&);
    abi::vcpu_setup_call::result on(const abi::vcpu_setup_call&);
    void on(const abi::upcall_return_call&);
    abi::idle_call::result on(const abi::idle_call&);
    abi::idle_unmasked_call::result on(const abi::idle_unmasked_call&);
    abi::yield_call::result on(const abi::yield_call&);
    abi::stop_call::result on(const abi::stop_call&);
    abi::space_switch_call::result on(const abi::space_switch_call&);
    abi::tlb_flush_call::result on(const abi::tlb_flush_call&);
    abi::pt_update_call::result on(const abi::pt_update_call&);
    abi::cache_range_call::result on(const abi::cache_range_call&);
#ifndef PARAVANE_CORE_ONLY // parts::PAGE_FORMATS; what has no handler is not supported
    abi::page_format_call::result on(const abi::page_format_call&);
#endif
    abi::irq_end_call::result on(const abi::irq_end_call&);
    abi::doorbell_call::result on(const abi::doorbell_call&);
    abi::time_read_call::result on(const abi::time_read_call&);
    abi::timer_set_call::result on(const abi::timer_set_call&);
    abi::console_write_call::result on(const abi::console_write_call&);
    abi::console_read_call::result on(const abi::console_read_call&);
    abi::device_kick_call::result on(const abi::device_kick_call&);
    abi::device_config_call::result on(const abi::device_config_call&);
    abi::vm_info_call::result on(const abi::vm_info_call&);
    abi::uid_call::result on(const abi::uid_call&);
    abi::psci_version_call::result on(const abi::psci_version_call&);
    void on(const abi::psci_system_off_call&);
    void on(const abi::psci_system_reset_call&);
    abi::psci_features_call::result on(const abi::psci_features_call&);

private:
    hypervisor& whole_;
    vm& vm_;
};

} // namespace paravane
