// SPDX-License-Identifier: BSD-2-Clause
// The service calls as a hostile caller issues them, and the life and death of VMs.
#include "tests/hypervisor/core/world.hpp"

namespace paravane {
namespace {

using service_test = two_vms;
using abi::status;

TEST_F(service_test, discovery_answers) {
    EXPECT_EQ(call(abi::version_call::ID), abi::VERSION);
    EXPECT_EQ(call(abi::features_call::ID, 0), 0u);
    EXPECT_EQ(cpus[0].arch.frame.r[1], ~0u);
    call(abi::features_call::ID, 0xffffffff);
    EXPECT_EQ(cpus[0].arch.frame.r[1], 0u);
    EXPECT_EQ(call(abi::uid_call::ID), abi::UID[0]);
}

TEST_F(service_test, unknown_numbers_are_not_supported) {
    for (const uint32_t number : {0u, 0x86000017u, 0x85ffffffu, 0x8600ffffu, ~0u, 0x84000001u}) {
        EXPECT_EQ(call(number), status(status::not_supported)) << std::hex << number;
    }
}

TEST_F(service_test, counts_and_sources_end_where_the_abi_says) {
    EXPECT_EQ(call(abi::pt_update_call::ID, abi::PT_BATCH_MAX), 0u);
    EXPECT_EQ(call(abi::pt_update_call::ID, abi::PT_BATCH_MAX + 1),
              status(status::invalid_parameter));
    EXPECT_EQ(call(abi::irq_end_call::ID, abi::IRQ_SOURCE_COUNT - 1), 0u);
    EXPECT_TRUE(asked("end 63"));
    EXPECT_EQ(call(abi::irq_end_call::ID, abi::IRQ_SOURCE_COUNT),
              status(status::invalid_parameter));
    EXPECT_FALSE(asked("end 64"));
}

TEST_F(service_test, a_page_format_is_a_table_in_the_callers_memory) {
    constexpr auto ID = abi::page_format_call::ID;
    constexpr uint32_t LAST = GUEST_BASE + GUEST_BYTES - 4 * PAGE_SIZE;
    EXPECT_EQ(call(ID, GUEST_BASE + 4, 0), status(status::invalid_parameter));
    EXPECT_EQ(call(ID, LAST + PAGE_SIZE, 0), status(status::bad_address));
    EXPECT_EQ(call(ID, GUEST_BASE, 1), status(status::bad_address));
    EXPECT_FALSE(asked("page format"));
    EXPECT_EQ(call(ID, LAST, 0), 0u);
    EXPECT_TRUE(asked("page format " + std::to_string(LAST)));
    EXPECT_EQ(call(ID, 0, 0), 0u);
    EXPECT_TRUE(asked("page format 0"));
}

TEST_F(service_test, console_write_stays_inside_the_caller) {
    fake::machine.ram[0] = 'x';
    EXPECT_EQ(call(abi::console_write_call::ID, GUEST_BASE, 0, 1), 0u);
    EXPECT_EQ(fake::machine.uart, std::string("\x01\x01\x01x", 4));
    EXPECT_EQ(call(abi::console_write_call::ID, GUEST_BASE, 0, 4097),
              status(status::invalid_parameter));
    const uint32_t last = GUEST_BASE + GUEST_BYTES - 1;
    EXPECT_EQ(call(abi::console_write_call::ID, last, 0, 1), 0u);
    EXPECT_EQ(call(abi::console_write_call::ID, last, 0, 2), status(status::bad_address));
    EXPECT_EQ(call(abi::console_write_call::ID, GUEST_BASE, 1, 1), status(status::bad_address));
    EXPECT_EQ(call(abi::console_write_call::ID, 0, 0, 1), status(status::bad_address));
    EXPECT_EQ(call(abi::console_write_call::ID, ~0u, 0, 2), status(status::bad_address));
}

/// Devices that keep what was asked of them.
struct noted_devices final : device_set {
    abi::status kick(uint32_t index, uint32_t queue) override {
        asked = {index, queue};
        return abi::status::success;
    }
    abi::status configure(uint32_t index, uint32_t operation, uint32_t argument) override {
        asked = {index, operation, argument};
        return abi::status::bad_state;
    }
    bool load(uint32_t, uint32_t, uint32_t&) const override { return false; }
    bool store(uint32_t, uint32_t, uint32_t) override { return false; }
    bool input(uint8_t byte) override {
        asked = {byte};
        return listening;
    }
    void reset() override { ++resets; }
    bool quiet() const override { return fake::machine.now >= quiet_at; }
    void work() override {}
    void tick(uint32_t now_ms) override {
        ticks.push_back(now_ms);
        waiting = ticks.size() < 3;
    }

    std::vector<uint32_t> asked;
    uint64_t quiet_at = 0;
    std::vector<uint32_t> ticks;
    bool listening = false;
    int resets = 0;
};

TEST_F(service_test, device_calls_reach_the_callers_devices) {
    EXPECT_EQ(call(abi::device_kick_call::ID, 0, 0), status(status::invalid_parameter))
        << "a VM without devices";
    EXPECT_EQ(call(abi::device_config_call::ID, 0, 0, 0), status(status::invalid_parameter));
    noted_devices devices;
    machine(0).devices = &devices;
    EXPECT_EQ(call(abi::device_kick_call::ID, 3, 1), 0u);
    EXPECT_EQ(devices.asked, (std::vector<uint32_t>{3, 1}));
    EXPECT_EQ(call(abi::device_config_call::ID, 2, 3, 0x40008), status(status::bad_state));
    EXPECT_EQ(devices.asked, (std::vector<uint32_t>{2, 3, 0x40008}));
}

TEST_F(service_test, devices_forget_a_vm_that_ends_or_starts_again) {
    noted_devices devices;
    machine(0).devices = &devices;
    whole->restart(machine(0));
    EXPECT_EQ(devices.resets, 1);
    finish_loading();
    whole->kill(machine(0), "a test");
    EXPECT_EQ(devices.resets, 2);
}

TEST_F(service_test, memory_under_a_disks_work_is_not_used_again) {
    noted_devices devices;
    machine(0).devices = &devices;
    devices.quiet_at = 500'000'000;
    whole->restart(machine(0));
    finish_loading();
    EXPECT_EQ(machine(0).state, vm_state::running);
    EXPECT_GE(fake::machine.now, 500'000'000u);
    devices.quiet_at = ~0ull;
    fake::machine.asked.clear();
    whole->restart(machine(0));
    finish_loading();
    EXPECT_EQ(machine(0).state, vm_state::ended);
    EXPECT_FALSE(asked("reset 1"));
}

TEST_F(service_test, devices_that_wait_are_told_the_time) {
    noted_devices devices;
    machine(0).devices = &devices;
    call(abi::device_kick_call::ID, 0, 0);
    EXPECT_EQ(whole->expire_timers(0), NEVER) << "no ticks for nobody";
    devices.waiting = true;
    whole->see_to_devices(machine(0));
    EXPECT_TRUE(asked("reschedule"));
    EXPECT_EQ(whole->expire_timers(0), 10'000'000u);
    cpus[0].run = run_state::idle;
    for (uint64_t now = 0; now < 100'000'000; now += 1'000'000) {
        fake::machine.now = now;
        devices.busy = now == 30'000'000;
        whole->expire_timers(now);
    }
    EXPECT_EQ(devices.ticks, (std::vector<uint32_t>{10, 20, 30})) << "until none waits";
    EXPECT_EQ(cpus[0].run, run_state::woken) << "to do what was held back";
}

TEST_F(service_test, devices_left_behind_wake_their_vm) {
    noted_devices devices;
    machine(0).devices = &devices;
    cpus[0].run = run_state::idle;
    devices.busy = true;
    fake::machine.asked.clear();
    whole->see_to_devices(machine(0));
    EXPECT_EQ(cpus[0].run, run_state::woken);
    EXPECT_NE(cpus[0].arch.attention, 0u);
    EXPECT_TRUE(asked("reschedule"));
}

TEST_F(service_test, input_goes_to_a_console_device_that_listens) {
    noted_devices devices;
    machine(0).devices = &devices;
    const uint8_t text[] = {'a'};
    const auto type = [&] {
        console::encode(1, text, 1, [&](uint8_t byte) { whole->input(byte); });
    };
    devices.listening = true;
    type();
    EXPECT_EQ(devices.asked, std::vector<uint32_t>{'a'});
    call(abi::console_read_call::ID);
    EXPECT_EQ(cpus[0].arch.frame.r[1], 0u) << "a byte is read once";
    devices.listening = false;
    type();
    call(abi::console_read_call::ID);
    EXPECT_EQ(cpus[0].arch.frame.r[1], 1u);
}

TEST_F(service_test, flushes_check_every_field) {
    const uint32_t id = abi::tlb_flush_call::ID;
    const uint32_t bad = status(status::invalid_parameter);
    EXPECT_EQ(call(id, 0x1000, 1, 0, 0), 0u);
    EXPECT_EQ(call(id, 0x1000, 1, 0, 3), bad);
    EXPECT_EQ(call(id, 0x1000, 1, 0, 0x300), bad);
    EXPECT_EQ(call(id, 0x1000, 1, 0, 0x10000), bad);
    EXPECT_EQ(call(id, 0x1000, 1, 256, 0), bad);
    EXPECT_EQ(call(id, 0xfffff000, 1, 0, 0), 0u);
    EXPECT_EQ(call(id, 0xfffff000, 2, 0, 0), bad);
    EXPECT_EQ(call(id, 0, ~0u, 0, 0), bad);
}

TEST_F(service_test, doorbells_follow_the_system_description) {
    EXPECT_EQ(call(abi::doorbell_call::ID, 2), 0u);
    EXPECT_EQ(pages[1].irq_pending, 1u);
    EXPECT_EQ(call(abi::doorbell_call::ID, 1), status(status::denied));
    EXPECT_EQ(call(abi::doorbell_call::ID, 33), status(status::invalid_parameter));
    EXPECT_EQ(call(abi::doorbell_call::ID, 0), status(status::invalid_parameter));
}

TEST_F(service_test, idle_returns_when_something_is_pending_even_masked) {
    EXPECT_EQ(call(abi::idle_call::ID), 0u);
    EXPECT_EQ(cpus[0].run, run_state::idle);
    cpus[0].run = run_state::ready;
    pages[0].irq_mask = 0x80;
    irq::raise(cpus[0], 0);
    fake::machine.asked.clear();
    call(abi::idle_call::ID);
    EXPECT_EQ(cpus[0].run, run_state::ready);
    EXPECT_FALSE(asked("reschedule"));
}

TEST_F(service_test, idle_unmasked_unmasks_and_looks_at_what_is_pending) {
    pages[0].irq_mask = 0xc0;
    EXPECT_EQ(call(abi::idle_unmasked_call::ID), 0u);
    EXPECT_EQ(pages[0].irq_mask, 0u);
    EXPECT_EQ(cpus[0].run, run_state::idle);
    cpus[0].run = run_state::ready;
    cpus[0].arch.attention = 0;
    pages[0].irq_mask = 0x80;
    irq::raise(cpus[0], 0);
    cpus[0].arch.attention = 0;
    call(abi::idle_unmasked_call::ID);
    EXPECT_EQ(cpus[0].run, run_state::ready);
    EXPECT_NE(cpus[0].arch.attention, 0u) << "it is to be delivered";
}

TEST_F(service_test, vcpu_setup_knows_its_flags) {
    const uint32_t page = abi::VCPU_PAGE_DEFAULT;
    EXPECT_EQ(call(abi::vcpu_setup_call::ID, page, abi::SETUP_CLAIMS_ALL), 0u);
    EXPECT_EQ(call(abi::vcpu_setup_call::ID, page, 2), status(status::invalid_parameter));
    EXPECT_EQ(call(abi::vcpu_setup_call::ID, page + 4, 0), status(status::invalid_parameter));
}

TEST_F(service_test, input_reaches_its_vm_and_no_other) {
    for (const char c : std::string("\x01\x02\x02hi", 5)) {
        whole->input(static_cast<uint8_t>(c));
    }
    EXPECT_EQ(pages[0].irq_pending, 0u);
    EXPECT_EQ(pages[1].irq_pending, 1u);
    for (int i = 0; i < 500; ++i) {
        for (const char c : std::string("\x01\x01\x01z", 4)) {
            whole->input(static_cast<uint8_t>(c));
        }
    }
    uint32_t got = 0;
    do {
        call(abi::console_read_call::ID);
        got += cpus[0].arch.frame.r[1];
    } while (cpus[0].arch.frame.r[1] != 0);
    EXPECT_EQ(got, 63u) << "a full ring drops what comes later";
}

TEST_F(service_test, the_machine_stops_when_the_last_vm_has_ended) {
    call(abi::stop_call::ID, static_cast<uint32_t>(abi::stop_reason::off), 0);
    EXPECT_EQ(machine(0).state, vm_state::ended);
    EXPECT_FALSE(fake::machine.powered_off);
    EXPECT_THROW(whole->end(machine(1), console::end_kind::off, 0), fake::powered_off);
    EXPECT_FALSE(fake::machine.failed);
}

TEST_F(service_test, a_kill_is_told_once_and_fails_the_machine) {
    call(abi::upcall_return_call::ID);
    EXPECT_EQ(machine(0).state, vm_state::ended);
    EXPECT_NE(fake::machine.uart.find("vm 1: guest: killed: a mode that is not allowed"),
              std::string::npos);
    const size_t before = fake::machine.uart.size();
    whole->kill(machine(0), "another reason");
    EXPECT_EQ(fake::machine.uart.size(), before) << "the first reason is kept";
    EXPECT_THROW(whole->end(machine(1), console::end_kind::off, 0), fake::powered_off);
    EXPECT_TRUE(fake::machine.failed);
}

TEST_F(service_test, a_service_keeps_no_system_alive) {
    noted_devices devices;
    machine(1).devices = &devices;
    whole->config(1).service = true;
    EXPECT_THROW(whole->end(machine(0), console::end_kind::off, 0), fake::powered_off);
    EXPECT_FALSE(fake::machine.failed);
    EXPECT_EQ(machine(1).state, vm_state::ended);
    EXPECT_EQ(devices.resets, 1) << "its devices were told";
}

TEST_F(service_test, a_service_that_ends_first_ends_itself_alone) {
    whole->config(1).service = true;
    whole->end(machine(1), console::end_kind::off, 3);
    EXPECT_EQ(machine(0).state, vm_state::running);
    EXPECT_THROW(whole->end(machine(0), console::end_kind::off, 0), fake::powered_off);
    EXPECT_TRUE(fake::machine.failed) << "what it said before counts";
}

TEST_F(service_test, a_vm_that_cannot_be_loaded_again_ends_the_system_with_the_last) {
    noted_devices devices;
    devices.quiet_at = ~0ull;
    machine(0).devices = &devices;
    whole->end(machine(1), console::end_kind::off, 0);
    whole->restart(machine(0));
    EXPECT_THROW(finish_loading(), fake::powered_off);
    EXPECT_TRUE(fake::machine.failed);
}

TEST_F(service_test, a_vm_is_stopped_while_it_loads) {
    whole->restart(machine(0));
    for (const uint8_t byte : {0x01, 0x7e, 0x02, 0x02, 0x01}) { // a request to stop VM 1
        whole->input(byte);
    }
    EXPECT_EQ(machine(0).state, vm_state::ended);
    EXPECT_FALSE(machine(0).busy());
}

TEST_F(service_test, the_log_takes_so_much_of_a_guest_and_tells_what_it_left_out) {
    uint32_t told = 0;
    for (int i = 0; i < 1000; ++i) {
        told += may_log(machine(0)) ? 1 : 0;
    }
    EXPECT_EQ(told, 20u);
    EXPECT_TRUE(may_log(machine(1))) << "another VM's share is its own";
    EXPECT_EQ(fake::machine.uart.find("left out"), std::string::npos);
    fake::machine.now += 2'000'000'000;
    EXPECT_TRUE(may_log(machine(0)));
    EXPECT_NE(fake::machine.uart.find("vm 1: guest: 980 entries left out"), std::string::npos);
    for (int i = 0; i < 20; ++i) {
        may_log(machine(0));
    }
    fake::machine.uart.clear();
    whole->end(machine(0), console::end_kind::off, 0);
    EXPECT_NE(fake::machine.uart.find("vm 1: guest: 1 entries left out"), std::string::npos);
}

TEST_F(service_test, restarts_as_often_as_the_policy_grants) {
    whole->config(0).restart = boot::restart_policy::on_failure;
    whole->config(0).restart_max = 2;
    for (int i = 0; i < 2; ++i) {
        fake::machine.ram[3] = 7;
        whole->kill(machine(0), "test");
        EXPECT_EQ(machine(0).state, vm_state::loading);
        EXPECT_EQ(fake::machine.ram[3], 7) << "in its own time";
        finish_loading();
        EXPECT_EQ(machine(0).state, vm_state::running);
        EXPECT_EQ(fake::machine.ram[3], 0) << "RAM outside loads is zero again";
        EXPECT_TRUE(asked("reset 1"));
    }
    whole->kill(machine(0), "test");
    EXPECT_EQ(machine(0).state, vm_state::ended);
    EXPECT_EQ(machine(1).state, vm_state::running);
}

} // namespace
} // namespace paravane
