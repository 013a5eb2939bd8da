// SPDX-License-Identifier: BSD-2-Clause
// The drivers that the board's data (board/<name>/board.hpp) asks for, behind
// core/platform.hpp, core/console.hpp and the clock of core/machine.hpp.
#include "core/platform.hpp"

#include "arch/arm/per_core.hpp"
#include "board.hpp"
#include "core/console.hpp"
#include "core/irq.hpp"
#include "core/machine.hpp"
#include "device/generic_timer.hpp"
#include "device/gic.hpp"
#include "device/pl011.hpp"
#include "device/sp804.hpp"
#include "image/platform_init.hpp"
#include "lib/marks.hpp"

namespace paravane {

namespace {

template <board::timer_kind Kind>
struct chosen_timer {
    using type = device::generic_timer;
    static constexpr type make() { return {}; }
};
template <>
struct chosen_timer<board::timer_kind::sp804> {
    using type = device::sp804;
    static constexpr type make() { return {board::TIMER.base, board::TIMER.hz}; }
};
using board_timer = chosen_timer<board::TIMER.kind>;

constexpr device::pl011 UART{board::UART};
constexpr device::gic GIC{board::GIC_DISTRIBUTOR, board::GIC_CPU};
constinit board_timer::type timer = board_timer::make();
constinit uint64_t start_tick = 0;
constinit uint64_t alarm = NEVER; ///< what the timer is armed for

} // namespace

namespace platform {

PVN_BOOT_ONLY void init() {
    UART.init();
    GIC.init();
    timer.init();
    start_tick = timer.ticks();
}

PVN_BOOT_ONLY void start_interrupts() {
    GIC.enable(board::TIMER.interrupt);
    GIC.enable(board::UART_INTERRUPT);
}

uint32_t acknowledge() {
    return GIC.acknowledge();
}
void end(uint32_t interrupt) {
    GIC.end(interrupt);
}
void enable(uint32_t interrupt) {
    GIC.enable(interrupt);
}

namespace {

/// Off until the guest ends it: the device holds its line until it was served.
void pass_through(uint32_t interrupt) {
    GIC.disable(interrupt);
    hypervisor& whole = *arm::this_core.whole;
    for (uint32_t i = 0; i < whole.count(); ++i) {
        const boot::vm_config& config = *whole[i].config;
        for (uint32_t entry = 0; entry < config.passthrough_count; ++entry) {
            if (config.passthrough[entry].interrupt == interrupt) {
                irq::raise(*whole[i].cpu,
                           static_cast<uint32_t>(abi::irq_source::passthrough_first) + entry);
            }
        }
    }
}

void serve_device(uint32_t interrupt) {
    switch (board_devices::serve(interrupt)) {
    case served::nothing:
        pass_through(interrupt);
        break;
    case served::part:
        GIC.pend(interrupt);
        break;
    case served::all:
        break;
    }
}

} // namespace

void serve(uint32_t interrupt) {
    if (interrupt == board::TIMER.interrupt) {
        timer.acknowledge();
        alarm = NEVER; // reschedule() expires what is due and arms it anew
        machine::request_reschedule();
    } else if (interrupt == board::UART_INTERRUPT) {
        for (int32_t byte = UART.get(); byte >= 0; byte = UART.get()) {
            arm::this_core.whole->input(static_cast<uint8_t>(byte));
        }
    } else {
        serve_device(interrupt);
    }
}

void set_alarm(uint64_t deadline, bool exact) {
    if (exact ? deadline == alarm : deadline >= alarm) [[likely]] {
        return;
    }
    alarm = deadline;
    if (deadline == NEVER) {
        timer.disarm();
    } else {
        timer.arm_at(start_tick + timer.scale().to_ticks(deadline));
    }
}

} // namespace platform

namespace console {

void put(uint8_t byte) {
    UART.put(byte);
}
int32_t get() {
    return UART.get();
}

} // namespace console

namespace machine {

uint64_t ticks() {
    return timer.ticks();
}
uint64_t now(uint64_t& ticks) {
    ticks = timer.ticks();
    return timer.scale().to_ns(ticks - start_tick);
}
uint32_t counter_hz() {
    return timer.scale().hz;
}
uint32_t board_id() {
    return board::ID;
}

void poll_devices() {
    board_devices::poll();
}

[[noreturn]] void stop() {
    for (;;) {
        arm::cpu::wfi();
    }
}

/// By the emulator's semihosting (SYS_EXIT_EXTENDED). Where nobody listens, the
/// instruction is undefined and the trap stops the core.
[[noreturn]] void power_off(bool failed) {
    UART.drain();
    arm::this_core.panicked = true;
    const uint32_t block[2] = {0x20026, failed ? 1u : 0u}; // ADP_Stopped_ApplicationExit
    register uint32_t operation asm("r0") = 0x20;
    register const uint32_t* argument asm("r1") = block;
    asm volatile(".inst.n 0xbabc" ::"r"(operation), "r"(argument) : "memory"); // HLT #0x3c
    stop();
}

} // namespace machine

} // namespace paravane
