// SPDX-License-Identifier: BSD-2-Clause
// Where every trap enters and leaves. The hot paths (service dispatch, reflect,
// upcall_return) are whole in here and never leave the guest's address space; the
// others save a trap_frame and call trap.cpp on the window's stack. One program in one
// section: the parts in entry_*.inc branch to and fro.
//
// At every trap the banked SP is PV_FRAME_SP = vCPU page + 0x20: SRS and one-register
// loads then reach the upcall words of the page and the hot words of the block.
#include "arch/arm/layout.h"
#include "paravane/abi.inc"
#include "paravane/plane.inc"

    .syntax unified
    .arch   armv7-a

#define TO_PAGE(field) (PVN_VCPU_PAGE_##field - PV_SP_TO_PAGE)
#define TO_FRAME (PV_SP_TO_PAGE + PV_STATE_BYTES - PV_FRAME)
#define FRAME_ADDRESS (PV_FRAME_SP - TO_FRAME)
#define UPCALL_SP_LR (PV_SP_TO_PAGE - PVN_VCPU_PAGE_UPCALL_SP)

    .section .vectors, "ax", %progbits
    .balign 32
    .global vectors
vectors:
    b       host_unexpected
    b       entry_undefined
    ldr     pc, [sp, #PV_SP(PV_SVC_VECTOR)] // by virtual mode: svc_kernel, svc_reflect or svc_user
    b       entry_prefetch
    b       entry_data
    b       host_unexpected
    b       entry_irq
    b       host_unexpected

// ASID 0 bridges the gap in which tables and ASID do not belong together (ARM ARM B3.10.4).
.macro LOAD_TABLES tables, asid, spare
    mov     \spare, #0
    mcr     p15, 0, \spare, c13, c0, 1
    isb
    mcr     p15, 0, \tables, c2, c0, 0
    isb
    mcr     p15, 0, \asid, c13, c0, 1
    isb
.endm

// From virtual User to Supervisor mode for an upcall: the user's SP and LR go where the
// guest looks and where the plane keeps its bank. Changes r0 and r1.
.macro TO_KERNEL
    sub     r1, sp, #UPCALL_SP_LR
    stmia   r1, {sp, lr}^
    sub     r1, sp, #(PV_SP_TO_PAGE + PV_STATE_BYTES - PV_BANKS)
    stmia   r1, {sp, lr}^           // for instructions that name the User bank
    add     r1, sp, #TO_PAGE(KERNEL_SP)
    ldmia   r1, {sp}^
    ldr     r0, [sp, #TO_PAGE(THREAD_KERNEL)]
    mcr     p15, 0, r0, c13, c0, 3  // TPIDRURO
    mov     r0, #0x80
    str     r0, [sp, #TO_PAGE(IRQ_MASK)]
    mov     r0, #0x13
    str     r0, [sp, #TO_PAGE(MODE)]
    str     r0, [sp, #PV_SP(PV_MODE)]
    ldrd    r0, r1, [sp, #PV_SP(PV_KERNEL_PAIR)]
    mcr     p15, 0, r0, c3, c0, 0   // DACR
    str     r1, [sp, #PV_SP(PV_SVC_VECTOR)]
.endm

// System call of guest user code with an upcall entry registered: 30 instructions
// from the vector to the guest's stub. irq_mask is 0 in virtual User mode or this is
// not the vector (see transition.cpp).
    .global svc_reflect
svc_reflect:
    srsia   sp, #0x13               // upcall_pc, upcall_cpsr
    strd    r0, r1, [sp, #PV_SP(PV_SCRATCH)]
    ldrd    r0, r1, [sp, #TO_PAGE(UPCALL_COUNT)]
    cmp     r0, r1                  // upcall_taken
    bne     svc_user_again
    add     r0, r0, #1
    str     r0, [sp, #TO_PAGE(UPCALL_COUNT)]
    mov     r0, #PVN_UPCALL_KIND_SYSCALL
    str     r0, [sp, #TO_PAGE(UPCALL_KIND)]
    str     r12, [sp, #TO_PAGE(UPCALL_R12)]
    TO_KERNEL
    ldrd    r0, r1, [sp, #PV_SP(PV_SCRATCH)]
    sub     lr, sp, #(PV_SP_TO_PAGE + PV_STATE_BYTES - PV_ENTRY_FRAME)
    rfeia   lr

// SVC from a virtual kernel mode.
    .global svc_kernel
svc_kernel:
    strd    r0, r1, [sp, #PV_SP(PV_SCRATCH)]
    mrs     r0, spsr
    tst     r0, #0x20
    bne     svc_kernel_thumb
    sub     r1, lr, #4
fault_at_svc_word:
    ldrt    r0, [r1]
    eor     r0, r0, #PVN_SERVICE_SVC_ARM
    lsls    r1, r0, #8
    bne     svc_kernel_other
    eor     r1, r12, #PVN_CALL_BASE
    cmp     r1, #((service_table_end - service_table) / 4)
    ldrlo   pc, [pc, r1, lsl #2]
    b       service_slow
#ifdef PARAVANE_CORE_ONLY // the core goes without short ways that it can spare
#define service_time service_slow
#define service_space service_slow
#define service_flush service_slow
#define service_update service_slow
#define service_irq_end service_slow
#define svc_kernel_fp svc_kernel_slow
#endif
service_table:
    .word   service_version         // version
    .word   service_slow            // features
    .word   service_slow            // vcpu_setup
    .word   service_return          // upcall_return
    .rept   3
    .word   service_slow
    .endr
    .word   service_space           // space_switch
    .word   service_flush           // tlb_flush
    .word   service_update          // pt_update
    .word   service_slow
    .word   service_irq_end         // irq_end
    .word   service_slow
    .word   service_time            // time_read
service_table_end:

service_version:
    ldr     r0, [sp, #PV_SP(PV_SERVICES)]
    add     r0, r0, #1
    str     r0, [sp, #PV_SP(PV_SERVICES)]
    movw    r0, #(PVN_ABI_VERSION & 0xffff)
    movt    r0, #(PVN_ABI_VERSION >> 16)
    ldr     r1, [sp, #PV_SP(PV_SCRATCH + 4)]
    movs    pc, lr

// irq_end, the call after an unmask. A source that was masked by itself may wait without
// irq_pending.
#ifndef PARAVANE_CORE_ONLY
service_irq_end:
    ldr     r0, [sp, #PV_SP(PV_SCRATCH)]
    adds    r0, r0, #1              // no source named: 0, success
    bne     service_slow
    str     r0, [sp, #PV_SP(PV_SCRATCH)]
    b       unmasked
#endif

// upcall_return to virtual User mode with interrupts unmasked and nothing to see to:
// 38 instructions from the vector.
service_return:
    ldr     r0, [sp, #TO_PAGE(RETURN_CPSR)]
    bic     r0, r0, #0x01000000     // J
    bic     r1, r0, #0x20
    lsl     r1, r1, #23
    cmp     r1, #(0x10 << 23)       // User; A, I and F zero
    bne     service_return_kernel
    ldr     r1, [sp, #PV_SP(PV_ATTENTION)]
    cmp     r1, #0
    bne     service_slow
    msr     spsr_fsxc, r0
    str     r1, [sp, #TO_PAGE(IRQ_MASK)]
    mov     r0, #0x10
    str     r0, [sp, #TO_PAGE(MODE)]
    str     r0, [sp, #PV_SP(PV_MODE)]
    ldr     r0, [sp, #TO_PAGE(THREAD_USER)]
    mcr     p15, 0, r0, c13, c0, 3
    ldrd    r0, r1, [sp, #PV_SP(PV_USER_PAIR)]
    mcr     p15, 0, r0, c3, c0, 0
    str     r1, [sp, #PV_SP(PV_SVC_VECTOR)]
    add     r1, sp, #TO_PAGE(RETURN_SP)
    ldmia   r1, {sp, lr}^
    ldr     lr, [sp, #TO_PAGE(RETURN_PC)]
    ldr     r12, [sp, #TO_PAGE(RETURN_R12)]
    clrex
    ldrd    r0, r1, [sp, #PV_SP(PV_SCRATCH)]
    movs    pc, lr

// upcall_return from Supervisor mode to itself, as from an interrupt of kernel code.
service_return_kernel:
    and     r1, r0, #0x1f
    cmp     r1, #0x13
    bne     service_slow
    ldr     r1, [sp, #PV_SP(PV_MODE)]
    cmp     r1, #0x13
    bne     service_slow
    ldr     r1, [sp, #PV_SP(PV_ATTENTION)]
    cmp     r1, #0
    bne     service_slow
    and     r1, r0, #0xc0
    str     r1, [sp, #TO_PAGE(IRQ_MASK)]
    bic     r0, r0, #0x1c0
    bic     r0, r0, #0x0f
    msr     spsr_fsxc, r0           // bit 4 stays: User
    add     r1, sp, #TO_PAGE(RETURN_SP)
    ldmia   r1, {sp, lr}^
    ldr     lr, [sp, #TO_PAGE(RETURN_PC)]
    ldr     r12, [sp, #TO_PAGE(RETURN_R12)]
    clrex
    ldrd    r0, r1, [sp, #PV_SP(PV_SCRATCH)]
    movs    pc, lr

#include "arch/arm/entry_plane.inc"

// The long ways. SAVE_FRAME leaves r0 = SPSR and the banked SP as it was.
.macro SAVE_FRAME
    sub     sp, sp, #TO_FRAME
    stmia   sp, {r0-r14}^
    mrs     r0, spsr
    str     lr, [sp, #60]
    str     r0, [sp, #64]
    add     sp, sp, #TO_FRAME
.endm

.macro SVC_LONG handler
    SAVE_FRAME
    movw    sp, #(PV_STACK_TOP & 0xffff)
    movt    sp, #(PV_STACK_TOP >> 16)
    bl      \handler
    b       resume
.endm

// The same from where r0 and r1 have been put into the scratch words.
.macro SVC_LONG_SAVED handler
    ldrd    r0, r1, [sp, #PV_SP(PV_SCRATCH)]
    SVC_LONG \handler
.endm

.macro TRAP_LONG handler
    cps     #0x13
    movw    sp, #(PV_STACK_TOP & 0xffff)
    movt    sp, #(PV_STACK_TOP >> 16)
    bl      \handler
    b       resume
.endm

// What the abort handler does with a fault at fault_at_svc_word: the word that the
// guest has just executed cannot be read any more. trap_svc_word reads it again.
fixup_svc_word:
    SVC_LONG_SAVED trap_svc_unreadable

service_slow:
    SVC_LONG_SAVED trap_service

unmasked:
    SVC_LONG_SAVED trap_unmasked

#ifndef PARAVANE_CORE_ONLY
service_time:
    SVC_LONG_SAVED trap_time_read

// Calls that C code serves without a frame: uint32_t handler(r0, r1, r2, r3), 0 when it
// did all of it. Otherwise, and when something waits, the long way serves the call (again:
// what is done here may be done twice).
service_space:
    ldr     r1, =trap_space_switch
    b       service_short
service_update:
    ldr     r1, =trap_update
    b       service_short
service_flush:
    ldr     r1, =trap_flush
service_short:
    str     r12, [sp, #PV_SP(PV_FRAME_R12)] // for trace records
    mov     r12, r1
    strd    r2, r3, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    str     lr, [sp, #PV_SP(PV_TRAP_WORD)]
    ldrd    r0, r1, [sp, #PV_SP(PV_SCRATCH)]
    movw    sp, #(PV_STACK_TOP & 0xffff)
    movt    sp, #(PV_STACK_TOP >> 16)
    blx     r12
    ldr     sp, =PV_FRAME_SP
    ldr     r1, [sp, #PV_SP(PV_ATTENTION)]
    ldr     lr, [sp, #PV_SP(PV_TRAP_WORD)]
    ldr     r12, [sp, #PV_SP(PV_FRAME_R12)]
    ldrd    r2, r3, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    orrs    r0, r0, r1
    bne     service_slow
    ldr     r1, [sp, #PV_SP(PV_SCRATCH + 4)]
    movs    pc, lr
#endif

svc_kernel_slow:
    SVC_LONG_SAVED trap_svc_kernel

svc_kernel_thumb:
    SVC_LONG_SAVED trap_svc_thumb

svc_user_again:
    ldrd    r0, r1, [sp, #PV_SP(PV_SCRATCH)]
    .global svc_user
svc_user:
    SVC_LONG trap_svc_user

entry_undefined:
    SAVE_FRAME
    tst     r0, #0xf
    bne     host_undefined
    TRAP_LONG trap_undefined

#include "arch/arm/entry_abort.inc"

entry_irq:
    sub     lr, lr, #4
    SAVE_FRAME
    TRAP_LONG trap_irq

// Back to the guest, with the frame of whichever vCPU is current by now.
    .global resume
resume:
    ldr     r0, =PV_FRAME_SP
    ldr     r1, [r0, #PV_SP(PV_ATTENTION)]
    cmp     r1, #PV_ATTENTION_SEE_TO
    bne     1f
    bl      see_to                  // not conditional: it is Thumb code
1:
#ifdef PARAVANE_CHECKED
    bl      verify_return
#endif
    ldr     sp, =FRAME_ADDRESS
    ldr     r0, [sp, #64]
    ldr     lr, [sp, #60]
    msr     spsr_fsxc, r0
    ldmia   sp, {r0-r14}^
    add     sp, sp, #TO_FRAME
    movs    pc, lr

// A data abort of our own: legal only at the instructions listed, each of which
// touches memory that a guest named.
host_data:
    ldr     r0, =fixups
1:  ldr     r1, [r0], #8
    cmp     r1, #0
    beq     host_data_bad
    cmp     r1, lr
    bne     1b
    ldr     lr, [r0, #-4]
    ldrd    r0, r1, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    movs    pc, lr

host_data_bad:
    mov     r0, #4
    b       host_bad
host_undefined:
    mov     r0, #1
    b       host_bad
host_prefetch:
    mov     r0, #3
    b       host_bad
host_unexpected:
    mov     r0, #0
host_bad:
    mov     r1, lr
    mrs     r2, spsr
    cps     #0x13
    mov     r3, sp
    movw    sp, #(PV_STACK_TOP & 0xffff)
    movt    sp, #(PV_STACK_TOP >> 16)
    bl      panic_trap
    .ltorg

    .section .rodata.fixups, "a", %progbits
    .balign 4
fixups:
    .word   fault_at_svc_word, fixup_svc_word
    .word   fault_at_load_word, access_failed
    .word   fault_at_load_half, access_failed
    .word   fault_at_load_byte, access_failed
    .word   fault_at_store_word, access_failed
    .word   fault_at_store_half, access_failed
    .word   fault_at_store_byte, access_failed
    .word   0

#include "arch/arm/entry_calls.inc"
