// SPDX-License-Identifier: BSD-2-Clause
// core/machine.hpp and the UART for the host tests: physical address 0 is the first
// byte of fake::machine.ram.
#include "arch/fake/fake.hpp"

#include "core/console.hpp"

namespace paravane {

fake::record fake::machine;

namespace console {
void put(uint8_t byte) {
    fake::machine.uart += static_cast<char>(byte);
}
int32_t get() {
    return -1;
}
} // namespace console

namespace machine {

uint64_t now(uint64_t& ticks) {
    ticks = fake::machine.now / 16;
    return fake::machine.now;
}
uint64_t ticks() {
    return fake::machine.now / 16;
}
uint32_t counter_hz() {
    return 62'500'000;
}
uint32_t board_id() {
    return 1;
}
uint8_t* at(pa where) {
    return fake::machine.ram.data() + where.value();
}
void reset(vm& which) {
    fake::machine.asked.push_back("reset " + std::to_string(which.config->id));
}
void describe(vm&) {
    fake::machine.asked.emplace_back("describe");
}
void request_reschedule() {
    fake::machine.asked.emplace_back("reschedule");
}
void end_interrupt(vm&, uint32_t source) {
    fake::machine.asked.push_back("end " + std::to_string(source));
}
void poll_devices() {
    fake::machine.now += 1'000'000;
}
abi::status setup_page(vm&, gva, uint32_t) {
    return abi::status::success;
}
abi::status space_switch(vm&, uint32_t, uint32_t) {
    return abi::status::success;
}
abi::status tlb_flush(vm&, gva, uint32_t pages, uint32_t, abi::flush_scope, abi::flush_reason) {
    fake::machine.asked.push_back("flush " + std::to_string(pages));
    return abi::status::success;
}
abi::status pt_update(vm&, uint32_t, abi::pt_op) {
    return abi::status::success;
}
void set_page_format(vm&, gpa table) {
    fake::machine.asked.push_back("page format " + std::to_string(table.value()));
}
abi::status cache_range(vm&, gva, uint32_t, abi::cache_op) {
    return abi::status::success;
}
const char* upcall_return(vm&) {
    return "a mode that is not allowed";
}
arch_counters counters(const vm&) {
    return {1, 2, 3, 4, 5, 6, 0};
}

[[noreturn]] void power_off(bool failed) {
    fake::machine.powered_off = true;
    fake::machine.failed = failed;
    throw fake::powered_off{};
}
[[noreturn]] void stop() {
    throw fake::powered_off{};
}

} // namespace machine

} // namespace paravane
