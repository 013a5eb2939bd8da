// SPDX-License-Identifier: BSD-2-Clause
// The current vCPU as the instruction plane sees it (plane/environment.hpp). Runs in
// the guest's address space and visits the private one for the shadow MMU.
#pragma once

#include "arch/arm/per_core.hpp"
#include "arch/arm/plane/environment.hpp"
#include "arch/arm/vm_memory.hpp"

namespace paravane::arm {

class guest_environment final : public plane::environment {
public:
    using environment::environment;

    Result<uint32_t, plane::access_fault> load(gva at, uint32_t bytes,
                                               mmu::privilege level) override;
    Result<void, plane::access_fault> store(gva at, uint32_t bytes, uint32_t value,
                                            mmu::privilege level) override;
    Result<uint32_t, plane::kill_reason> escape_word(uint32_t index) override;

    uint32_t translation(plane::translation_register which) override;
    Result<void, plane::kill_reason> set_translation(plane::translation_register which,
                                                     uint32_t value) override;
    void set_dacr(uint32_t value) override;
    void set_sctlr(uint32_t value) override;
    void flush_tlb(plane::tlb_scope scope, uint32_t argument) override;
    uint32_t translate(gva at, mmu::access kind, mmu::privilege level) override;

    void cache(plane::cache_operation operation, plane::cache_target target,
               uint32_t argument) override;
    void barrier(plane::barrier_kind kind) override;
    void clear_monitor() override { cpu::clrex(); }

    void privilege_changed(bool user) override;
    void set_thread_read_only(uint32_t value) override { cpu::write_tpidruro(value); }
    uint32_t thread_read_write() override { return cpu::read_tpidrurw(); }
    void set_thread_read_write(uint32_t value) override { cpu::write_tpidrurw(value); }

    void fp_access_changed() override;
    uint32_t fpscr() override;
    void set_fpscr(uint32_t value) override;
    uint64_t counter() override;

    /// For the access that is emulated next: the shadow MMU found no memory at this
    /// page for this privilege, so that it need not be tried and classified again.
    void expect_device(gva at, gpa where, mmu::privilege level) {
        device_ = {at.page(), where.page(), level};
    }
    void expect_memory() { device_.page = gva{1}; }

private:
    struct {
        gva page{1}; ///< 1: none.
        gpa where{};
        mmu::privilege level{};
    } device_;

    bool is_device(gva at, mmu::privilege level) const {
        return at.page() == device_.page && level == device_.level;
    }
    Result<uint32_t, plane::access_fault> use_device(gva at, mmu::access kind, uint32_t bytes,
                                                     uint32_t value);
};

/// The one object; its state and page are the window's.
guest_environment& guest();

/// Does the kernel's access to `where`, in a page without RAM, if the instruction is an
/// aligned load or store of a word as drivers make them: LDR or STR in ARM code, offset
/// or register, no write-back. False: nothing happened, emulate_access() is to look.
bool access_register(gva at, mmu::access kind, gpa where);

/// DFSR of an access to where there is neither RAM nor a device: a synchronous
/// external abort (ARM ARM B3.13.3).
inline constexpr uint32_t STATUS_EXTERNAL = 0x8;
inline constexpr uint32_t STATUS_WRITE = 1u << 11;

} // namespace paravane::arm
