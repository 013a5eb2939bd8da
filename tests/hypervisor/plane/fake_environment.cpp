// SPDX-License-Identifier: BSD-2-Clause
// What the plane asks of below, led to the fake; see fake_environment.hpp.
#include "fake_environment.hpp"

#include "arch/arm/plane/sctlr.hpp"

namespace paravane::plane_test {

/// The state of a core after reset: Supervisor mode, A, I and F set, MMU off.
fake_environment::fake_environment() : environment{place{storage, shared, id}} {
    storage.cp15.sctlr = SCTLR_RESET;
    storage.frame.pc = 0x8000;
    storage.frame.cpsr = MODE_USR;
    storage.mode = shared.mode = MODE_SVC;
    storage.async_mask = CPSR_A;
    shared.irq_mask = CPSR_MASKS;
}

} // namespace paravane::plane_test

namespace paravane::arm::plane {

namespace {

plane_test::fake_environment& fake(environment& env) {
    return static_cast<plane_test::fake_environment&>(env);
}

} // namespace

bool environment::move(gva at, mmu::access kind, uint32_t bytes, mmu::privilege level,
                       uint32_t& value) {
    return fake(*this).move(at, kind, bytes, level, value);
}
bool environment::escape_word(uint32_t index, uint32_t& word) {
    return fake(*this).escape_word(index, word);
}
uint32_t environment::translation(translation_register which) {
    return fake(*this).translation(which);
}
bool environment::set_translation(translation_register which, uint32_t value) {
    return fake(*this).set_translation(which, value);
}
void environment::set_dacr(uint32_t value) {
    fake(*this).set_dacr(value);
}
void environment::set_sctlr(uint32_t value) {
    fake(*this).set_sctlr(value);
}
void environment::flush_tlb(tlb_scope scope, uint32_t argument) {
    fake(*this).flush_tlb(scope, argument);
}
uint32_t environment::translate(gva at, mmu::access kind, mmu::privilege level) {
    return fake(*this).translate(at, kind, level);
}
void environment::cache(cache_operation operation, cache_target target, uint32_t argument) {
    fake(*this).cache(operation, target, argument);
}
void environment::barrier(barrier_kind kind) {
    fake(*this).barrier(kind);
}
void environment::clear_monitor() {
    fake(*this).clear_monitor();
}
void environment::privilege_changed(bool user) {
    fake(*this).privilege_changed(user);
}
void environment::set_thread_read_only(uint32_t value) {
    fake(*this).set_thread_read_only(value);
}
uint32_t environment::thread_read_write() {
    return fake(*this).thread_read_write();
}
void environment::set_thread_read_write(uint32_t value) {
    fake(*this).set_thread_read_write(value);
}
void environment::fp_access_changed() {
    fake(*this).fp_access_changed();
}
uint32_t environment::fpscr() {
    return fake(*this).fpscr();
}
void environment::set_fpscr(uint32_t value) {
    fake(*this).set_fpscr(value);
}
uint64_t environment::counter() {
    return fake(*this).counter();
}

} // namespace paravane::arm::plane
