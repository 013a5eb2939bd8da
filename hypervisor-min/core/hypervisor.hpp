// SPDX-License-Identifier: BSD-2-Clause
// The whole: every VM, the scheduler, the retained image. One object in the linear
// map; traps lead to it through the per-core block.
#pragma once

#include "core/console.hpp"
#include "core/machine.hpp"
#include "core/scheduler.hpp"
#include "core/system.hpp"
#include "core/trace.hpp"
#include "core/vm.hpp"

namespace paravane {

/// What is counted of a VM, in the order of info_key from exits_service on.
struct counter_values {
    static constexpr uint32_t FIRST = static_cast<uint32_t>(abi::info_key::exits_service);
    static constexpr uint32_t COUNT = static_cast<uint32_t>(abi::info_key::upcalls) - FIRST + 1;

    explicit counter_values(const vm& machine);

    uint32_t values[COUNT];
};

/// Whether the log takes another entry about what the VM's guest did: a guest that can
/// cause lines at will must not flood the UART. What was left out is told later.
bool may_log(vm& machine);

class hypervisor {
public:
    /// Takes over what boot found out. `cpus` and `memories` hold one for each VM.
    void init(const boot::board_config& board, const boot::system_config& system);
    boot::vm_config& config(uint32_t index) { return system_.vms[index]; }
    vm& operator[](uint32_t index) { return vms_[index]; }
    uint32_t count() const { return system_.vm_count; }
    /// The retained system image.
    boot::byte_span image() const;
    /// The VM with this number, or null.
    vm* find(uint32_t id);

    /// Starts a VM from the image, or ends it when that no longer has its digests. At boot.
    void start(vm& machine);
    /// A batch of what keeps a busy VM's vCPU from its guest: loading, or its devices.
    void work(vm& machine);
    /// Ends a VM. A restart policy may start it again.
    void end(vm& machine, console::end_kind kind, uint32_t code);
    /// Ends a VM for its own fault; registers and a backtrace go to the log.
    void kill(vm& machine, const char* reason);

    /// As the guest asked for, or by policy: loaded in the VM's own time.
    void restart(vm& machine);

    void set_deadline(vcpu& cpu, uint64_t deadline);
    /// Raises the timer source of every vCPU whose deadline has passed; returns the
    /// earliest deadline that is left.
    uint64_t expire_timers(uint64_t now) {
        return now < next_deadline_ ? next_deadline_ : expire_due(now);
    }
    /// The time words of a vCPU's page, before it runs on. Their reader is stopped, so the
    /// sequence is never seen odd; it tells one who was interrupted to begin again.
    void publish_time(vcpu& cpu, uint64_t ns, uint64_t ticks) const {
        abi::vcpu_page& page = *cpu.page;
        page.time_sequence = page.time_sequence + 2;
        page.time_ns = ns;
        page.time_counter = ticks;
        page.wall_ns = wall_at_start_ + ns;
        page.steal_ns = cpu.stolen;
    }
    /// Wall clock (ns since 1970) when machine::now() was 0.
    void set_wall_clock(uint64_t at_start) { wall_at_start_ = at_start; }
    /// Devices of a VM are busy or wait: has its vCPU come back for what they left, and
    /// time told to them where they wait for it.
    void see_to_devices(vm& machine);
    /// A byte from the UART: console input or a request.
    void input(uint8_t byte);

    /// Whether the boot arguments ask for a trace.
    bool traced() const { return parts::TRACE && board_.trace; }

    scheduler sched;
    trace_buffer trace;

private:
    uint64_t expire_due(uint64_t now);
    void serve_request();
    void print_counters(const vm& machine);

    boot::board_config board_{};
    boot::system_config system_{};
    vm vms_[boot::MAX_VMS]{};
    void tick_devices(uint64_t now);
    void begin_loading(vm& machine);
    void load_on(vm& machine);
    void launch(vm& machine);
    void lose(vm& machine);
    void bury(vm& machine, console::end_kind kind, uint32_t code);
    void lay_down(vm& machine, console::end_kind kind, uint32_t code);

    uint64_t next_deadline_{NEVER}; ///< no deadline is earlier
    uint64_t device_tick_{NEVER};   ///< when devices that wait are told the time
    uint64_t wall_at_start_{0};
    console::frame_decoder input_;
    uint8_t request_[2]{};
    uint8_t request_length_{0};
    bool any_failed_{false};
};

} // namespace paravane
