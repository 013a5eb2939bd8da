// SPDX-License-Identifier: BSD-2-Clause
// What the instruction plane needs from below: memory as the guest sees it, the
// shadow MMU, the hardware's thread and FP registers. The trap code implements it;
// host tests fake it. plane.hpp is its user.
#pragma once

#include "arch/arm/mmu/fault.hpp"
#include "lib/address.hpp"
#include "plane_place.hpp"

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
    uint32_t status; ///< or NO_ABORT: the VM ends
};
inline constexpr uint32_t NO_ABORT = ~0u;

/// By their words in mmu::translation_words.
enum class translation_register : uint8_t { ttbr0, ttbr1, ttbcr, contextidr, prrr = 6, nmrr };

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

/// Device registers that the next emulated access finds at a page, so that the page need
/// not be tried and classified again.
struct expected_device {
    gva page{1}; ///< 1: none
    gpa where{};
    mmu::privilege level{};
};

/// One vCPU as the plane sees it. Single-threaded: the guest is stopped meanwhile. What it
/// needs of below has one definition in a program: arch/arm/guest.cpp, or a host test's.
class environment : public place {
public:
    constexpr explicit environment(place where) : place{where} {}
    environment(const environment&) = delete;
    environment& operator=(const environment&) = delete;

    access_fault fault{};                  ///< with outcome::data_abort
    kill_reason reason{kill_reason::none}; ///< with outcome::kill
    uint32_t exclusive_epoch{0}; ///< virtual exceptions and upcalls so far, but for quick_faults
    uint32_t exclusive_failed_at{0}; ///< address of the STREX that was refused last
    uint32_t exclusive_failed_epoch{~0u};
    expected_device device{};

    /// Guest memory, little-endian: loads into `value` or, for access::write, stores from
    /// it. `bytes` is 1, 2 or 4 and the address a multiple of it. False: see `fault`.
    bool move(gva at, mmu::access kind, uint32_t bytes, mmu::privilege level, uint32_t& value);
    /// Word `index` of the escape table; false when the guest has no such word.
    bool escape_word(uint32_t index, uint32_t& word);

    /// The shadow MMU.
    uint32_t translation(translation_register which);
    /// False: TTBCR.EAE.
    bool set_translation(translation_register which, uint32_t value);
    void set_dacr(uint32_t value);
    void set_sctlr(uint32_t value);
    /// TLBI*: `argument` as the guest's register had it (VA and ASID, or ASID).
    void flush_tlb(tlb_scope scope, uint32_t argument);
    /// ATS1C*: the value of PAR.
    uint32_t translate(gva at, mmu::access kind, mmu::privilege level);

    void cache(cache_operation operation, cache_target target, uint32_t argument);
    void barrier(barrier_kind kind);
    /// Clears the local exclusive monitor.
    void clear_monitor();

    /// Virtual User mode was entered or left: DACR and TPIDRURO of the hardware follow.
    void privilege_changed(bool user);
    /// TPIDRURO of the hardware.
    void set_thread_read_only(uint32_t value);
    /// TPIDRURW lives in the hardware while the vCPU runs.
    uint32_t thread_read_write();
    void set_thread_read_write(uint32_t value);

    /// state.fpexc or state.cp15.cpacr changed.
    void fp_access_changed();
    uint32_t fpscr();
    void set_fpscr(uint32_t value);
    /// The free-running counter behind CNTVCT.
    uint64_t counter();
};

} // namespace paravane::arm::plane
