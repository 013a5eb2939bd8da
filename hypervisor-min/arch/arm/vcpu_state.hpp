// SPDX-License-Identifier: BSD-2-Clause
// What the hypervisor keeps of one virtual ARMv7-A CPU. entry.S saves and loads
// the frame, plane/ works on the virtual registers, core's vcpu embeds all of it.
#pragma once

#include "arch/arm/layout.h"

#include <stddef.h>
#include <stdint.h>

namespace paravane::arm {

enum cpu_mode : uint32_t {
    MODE_USR = 0x10,
    MODE_FIQ = 0x11,
    MODE_IRQ = 0x12,
    MODE_SVC = 0x13,
    MODE_ABT = 0x17,
    MODE_UND = 0x1b,
    MODE_SYS = 0x1f,
};

inline constexpr uint32_t CPSR_MODE = 0x1f;
inline constexpr uint32_t CPSR_T = 1u << 5;
inline constexpr uint32_t CPSR_F = 1u << 6;
inline constexpr uint32_t CPSR_I = 1u << 7;
inline constexpr uint32_t CPSR_A = 1u << 8;
inline constexpr uint32_t CPSR_E = 1u << 9;
inline constexpr uint32_t CPSR_GE = 0xfu << 16;
inline constexpr uint32_t CPSR_J = 1u << 24;
inline constexpr uint32_t CPSR_IT = 0x0600fc00;

/// Banks of SP, LR and SPSR; User and System share the first, which has no SPSR.
enum class bank : uint8_t { usr, fiq, irq, svc, abt, und };
inline constexpr uint32_t BANKS = 6;

struct banked_registers {
    uint32_t sp;
    uint32_t lr;
    uint32_t spsr;
};

/// The hardware's registers at a trap: those of the current virtual mode. pc is
/// where the guest continues; for a trapped instruction of the plane it is the one
/// after it. cpsr is what the hardware runs with: always User mode, with A, I and F
/// zero, and the guest's flags, GE, IT, E and T.
struct trap_frame {
    uint32_t r[13];
    uint32_t sp;
    uint32_t lr;
    uint32_t pc;
    uint32_t cpsr;
};

/// CP15 registers that are storage only. Translation registers live in the shadow
/// MMU; fault and thread registers and the domain register in the vCPU page.
struct cp15_registers {
    uint32_t sctlr; ///< as written; the shadow MMU has the bits that matter to it
    uint32_t actlr;
    uint32_t cpacr;
    uint32_t vbar;
    uint32_t csselr;
    uint32_t par;
    uint32_t tpidrurw;
    uint32_t pmcr;
    uint32_t cntkctl;
    uint32_t adfsr;
    uint32_t aifsr;
    uint32_t l2ctlr;
};

/// In fp_quick: the guest's FPEXC is enough to say what the hardware's is.
inline constexpr uint32_t FP_QUICK = 1;

/// What is written to DACR and to svc_vector together at a virtual transition.
struct transition_pair {
    uint32_t dacr;
    uint32_t svc_vector;
};

struct hardware_context {
    uint32_t ttbr0;
    uint32_t contextidr;
};

/// Virtual CPSR = frame.cpsr's flags and execution state, `mode`, A from
/// `async_mask`, I and F from the page's irq_mask. SPSR of the current mode is the
/// page's spsr word while the guest runs; the other modes' are in `banks`. SP and LR
/// of the current mode are in the frame.
struct vcpu_state {
    uint64_t fp_registers[32];
    uint32_t fpscr;
    uint32_t fpexc;         ///< virtual; the hardware's EN follows the owner
    uint32_t async_mask;    ///< CPSR.A as the guest set it: 0 or CPSR_A
    uint32_t r8_r12_fiq[5]; ///< FIQ's while the mode is another, the others' while it is FIQ
    cp15_registers cp15;
    uint32_t entry_user[8];   ///< upcall entries taken over by vcpu_setup
    uint32_t entry_kernel[8]; ///<
    uint32_t page_at;         ///< guest-virtual address of the vCPU page, 0 before vcpu_setup
    uint32_t instructions;    ///< counters of traps that stay in the guest's space
    uint32_t undefined;       ///<
    uint32_t reflected;       ///<
    uint32_t quick_faults;    ///< faults that became upcalls the short way
    uint32_t fp_quick;        ///< FPEXC.EN if the hardware may have it, and FP_QUICK
    uint32_t claims_all;      ///< 1: an interrupt's delivery clears irq_pending; or 0
    uint32_t reserved_[81];
    banked_registers banks[BANKS];
    uint32_t reserved_banks_[2];
    trap_frame frame;
    uint32_t reserved_frame_[7];
    hardware_context host_context;  ///< the private space
    hardware_context guest_context; ///< as shadow_mmu::context() has it
    uint32_t services;              ///< version calls served in entry.S
    uint32_t mode;                  ///< cpu_mode; the truth, of which the page holds a copy
    uint32_t trap_word; ///< the SVC that trapped, with its immediate exclusive-or'ed with 0x5000
    uint32_t reserved_entry_;
    uint32_t abort_scratch[2];
    uint32_t fault[2]; ///< of the abort at hand: its address, and DFSR or IFSR as kind_of() has it
    uint32_t shadow;   ///< the VM's shadow MMU, in the private space
    uint32_t found;    ///< what quick_fill_page() said, on the long way of an abort
    uint32_t entry_frame[2]; ///< PC and CPSR of the system call's upcall, for RFE
    transition_pair user;
    transition_pair kernel;
    uint32_t scratch[2];
    uint32_t attention;  ///< not 0, but a PV_ATTENTION_…: returns to the guest take the long way
    uint32_t svc_vector; ///< where an SVC goes, by the virtual mode

    /// The guest registered an entry for its user's system calls: level 2.
    bool takes_upcalls() const { return entry_user[1] != 0; }
};

/// Makes the vCPU's next return to the guest go through see_to().
inline void request_attention(vcpu_state& state) {
    state.attention = PV_ATTENTION_SEE_TO;
}

static_assert(sizeof(vcpu_state) == PV_STATE_BYTES);
static_assert(offsetof(vcpu_state, fpexc) == PV_FPEXC);
static_assert(offsetof(vcpu_state, async_mask) == PV_ASYNC_MASK);
static_assert(offsetof(vcpu_state, entry_user) == PV_ENTRY_USER);
static_assert(offsetof(vcpu_state, entry_kernel) == PV_ENTRY_KERNEL);
static_assert(offsetof(vcpu_state, instructions) == PV_INSTRUCTIONS);
static_assert(offsetof(vcpu_state, quick_faults) == PV_QUICK_FAULTS);
static_assert(offsetof(vcpu_state, fp_quick) == PV_FP_QUICK);
static_assert(offsetof(vcpu_state, banks) == PV_BANKS);
static_assert(offsetof(vcpu_state, frame) == PV_FRAME);
static_assert(offsetof(vcpu_state, frame.r[12]) == PV_FRAME_R12);
static_assert(offsetof(vcpu_state, frame.sp) == PV_FRAME_SP_LR);
static_assert(offsetof(vcpu_state, frame.pc) == PV_FRAME_PC);
static_assert(offsetof(vcpu_state, frame.cpsr) == PV_FRAME_CPSR);
static_assert(offsetof(vcpu_state, host_context) == PV_HOST_CONTEXT);
static_assert(offsetof(vcpu_state, guest_context) == PV_GUEST_CONTEXT);
static_assert(offsetof(vcpu_state, services) == PV_SERVICES);
static_assert(offsetof(vcpu_state, mode) == PV_MODE);
static_assert(offsetof(vcpu_state, trap_word) == PV_TRAP_WORD);
static_assert(offsetof(vcpu_state, abort_scratch) == PV_ABORT_SCRATCH);
static_assert(offsetof(vcpu_state, fault) == PV_FAULT);
static_assert(offsetof(vcpu_state, shadow) == PV_SHADOW);
static_assert(offsetof(vcpu_state, found) == PV_FOUND);
static_assert(offsetof(vcpu_state, entry_frame) == PV_ENTRY_FRAME);
static_assert(offsetof(vcpu_state, user) == PV_USER_PAIR);
static_assert(offsetof(vcpu_state, kernel) == PV_KERNEL_PAIR);
static_assert(offsetof(vcpu_state, scratch) == PV_SCRATCH);
static_assert(offsetof(vcpu_state, attention) == PV_ATTENTION);
static_assert(offsetof(vcpu_state, svc_vector) == PV_SVC_VECTOR);

} // namespace paravane::arm
