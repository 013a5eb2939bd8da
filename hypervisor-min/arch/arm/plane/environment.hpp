// SPDX-License-Identifier: BSD-2-Clause
// What the instruction plane needs from below: memory as the guest sees it, the
// shadow MMU, the hardware's thread and FP registers. The trap code implements it;
// host tests fake it. plane.hpp is its user.
#pragma once

#include "arch/arm/mmu/fault.hpp"
#include "arch/arm/plane/identity.hpp"
#include "arch/arm/vcpu_state.hpp"
#include "lib/address.hpp"
#include "lib/result.hpp"
#include "paravane/abi.hpp"

#include <stdint.h>

namespace paravane::arm::plane {

using vcpu_page = abi::vcpu_page;

/// Why the VM must end; kept with outcome::kill.
enum class kill_reason : uint8_t {
    none,
    illegal_mode,     ///< a CPSR or SPSR with a mode that does not exist was taken over
    long_descriptors, ///< TTBCR.EAE was set
    memory,           ///< the environment refused an access for a reason of its own
};

/// A data access that the guest's tables refuse, as DFAR and DFSR tell it.
struct access_fault {
    gva address;
    uint32_t status;
    kill_reason kill = kill_reason::none; ///< not none: it is no abort, the VM ends
};

enum class translation_register : uint8_t { ttbr0, ttbr1, ttbcr, contextidr, prrr, nmrr };

enum class cache_operation : uint8_t {
    clean,
    invalidate,
    clean_invalidate,
    instruction, ///< instruction cache
    branch,      ///< branch predictor
};
/// What the argument of a cache operation is.
enum class cache_target : uint8_t { all, address, set_way };

enum class tlb_scope : uint8_t { all, address, asid, address_every_asid };
enum class barrier_kind : uint8_t { instruction, synchronization, memory };

/// One vCPU as the plane sees it. Single-threaded: the guest is stopped meanwhile.
class environment {
public:
    constexpr environment(vcpu_state& state_, vcpu_page& page_, const cpu_identity& identity_)
        : state{state_}, page{page_}, identity{identity_} {}
    environment(const environment&) = delete;
    environment& operator=(const environment&) = delete;

    vcpu_state& state;
    vcpu_page& page;
    const cpu_identity& identity;
    access_fault fault{};                  ///< with outcome::data_abort
    kill_reason reason{kill_reason::none}; ///< with outcome::kill
    uint32_t exclusive_epoch{0};           ///< virtual exceptions and upcalls so far
    uint32_t exclusive_failed_at{0};       ///< address of the STREX that was refused last
    uint32_t exclusive_failed_epoch{~0u};

    /// Guest memory, little-endian. `bytes` is 1, 2 or 4 and the address a multiple of it.
    virtual Result<uint32_t, access_fault> load(gva at, uint32_t bytes, mmu::privilege level) = 0;
    virtual Result<void, access_fault> store(gva at, uint32_t bytes, uint32_t value,
                                             mmu::privilege level) = 0;
    /// Word `index` of the escape table; an error when the guest has no such word.
    virtual Result<uint32_t, kill_reason> escape_word(uint32_t index) = 0;

    /// The shadow MMU.
    virtual uint32_t translation(translation_register which) = 0;
    virtual Result<void, kill_reason> set_translation(translation_register which,
                                                      uint32_t value) = 0;
    virtual void set_dacr(uint32_t value) = 0;
    virtual void set_sctlr(uint32_t value) = 0;
    /// TLBI*: `argument` as the guest's register had it (VA and ASID, or ASID).
    virtual void flush_tlb(tlb_scope scope, uint32_t argument) = 0;
    /// ATS1C*: the value of PAR.
    virtual uint32_t translate(gva at, mmu::access kind, mmu::privilege level) = 0;

    virtual void cache(cache_operation operation, cache_target target, uint32_t argument) = 0;
    virtual void barrier(barrier_kind kind) = 0;
    /// Clears the local exclusive monitor.
    virtual void clear_monitor() = 0;

    /// Virtual User mode was entered or left: DACR and TPIDRURO of the hardware follow.
    virtual void privilege_changed(bool user) = 0;
    /// TPIDRURO of the hardware.
    virtual void set_thread_read_only(uint32_t value) = 0;
    /// TPIDRURW lives in the hardware while the vCPU runs.
    virtual uint32_t thread_read_write() = 0;
    virtual void set_thread_read_write(uint32_t value) = 0;

    /// state.fpexc or state.cp15.cpacr changed.
    virtual void fp_access_changed() = 0;
    virtual uint32_t fpscr() = 0;
    virtual void set_fpscr(uint32_t value) = 0;
    /// The free-running counter behind CNTVCT.
    virtual uint64_t counter() = 0;

protected:
    ~environment() = default;
};

} // namespace paravane::arm::plane
