// SPDX-License-Identifier: BSD-2-Clause
// One virtual machine: its description, its vCPU, its fate and its counters.
// Lives in the linear map; reached from traps only in the private address space.
#pragma once

#include "core/devices.hpp"
#include "core/system.hpp"
#include "core/vcpu.hpp"
#include "lib/parts.hpp"

namespace paravane {

enum class vm_state : uint8_t { running, loading, ended };

/// Exits by kind and what they led to; info_key names them.
struct vm_counters {
    parts::counter fault;
    parts::counter irq;
    parts::counter service;
    parts::counter flushes;
    parts::counter space_switches;
    parts::counter switches;
};

/// What the log still takes of lines that the VM's guest can cause at will.
struct log_allowance {
    uint32_t window; ///< the second that it is for
    uint32_t told;
    uint32_t left_out;
};

/// The devices of a VM: null when it has none, or when nobody can have any.
template <bool Some>
struct has_devices {
    device_set* devices;
};
template <>
struct has_devices<false> {
    static constexpr device_set* devices = nullptr;
};

struct vm : has_devices<parts::DEVICES> {
    const boot::vm_config* config;
    vcpu* cpu;
    arch::vm_memory* memory; ///< guest-physical map and shadow
    vm_state state;
    uint8_t restarts;
    uint8_t input_head; ///< console input: a ring of what the guest has not read
    uint8_t input_tail;
    uint8_t input[64];
    vm_counters counters;
    uint32_t feature_words[2]; ///< granted

    boot::loading load; ///< while it is loading
    uint64_t quiet_by;  ///< when its devices must have let go of its memory
    log_allowance allowed;

    bool devices_busy() const { return devices != nullptr && devices->busy; }
    /// hypervisor::work() has something to do before the guest runs on.
    bool busy() const { return state == vm_state::loading || devices_busy(); }
};

} // namespace paravane
