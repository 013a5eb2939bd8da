// SPDX-License-Identifier: BSD-2-Clause
// Where every trap enters and leaves. The hot paths (service dispatch, reflect,
// upcall_return) are whole in here and never leave the guest's address space; the
// others save a trap_frame and call trap.cpp on the window's stack.
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
#ifdef PARAVANE_CORE_ONLY // the core goes without the short ways that only Linux gains by
#define service_time service_slow
#define service_space service_slow
#define service_flush service_slow
#define service_update service_slow
#define plane_fpexc svc_kernel_slow
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

// irq_end, the call after an unmask.
service_irq_end:
    ldr     r0, [sp, #PV_SP(PV_SCRATCH)]
    cmn     r0, #1                  // no source named
    bne     service_slow
    ldr     r0, [sp, #PV_SP(PV_ATTENTION)]
    ldr     r1, [sp, #TO_PAGE(IRQ_PENDING)]
    orrs    r1, r1, r0
    mov     r0, #0
    ldreq   r1, [sp, #PV_SP(PV_SCRATCH + 4)]
    movseq  pc, lr
    str     r0, [sp, #PV_SP(PV_SCRATCH)]
    b       unmasked

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

// The instruction plane's commonest codes, whole: saving, setting and restoring the
// interrupt masks without a change of mode. r0 is the trapped word with its immediate
// exclusive-or'ed with 0x5000. Everything else goes to trap_svc_kernel.
#define CP15(crn, crm, opc2) ((crn) << 11 | (crm) << 7 | (opc2) << 4)
#define DISGUISED(code) (((code) ^ PVN_SERVICE_SVC_ARM) & 0xffff)
svc_kernel_other:
    str     r0, [sp, #PV_SP(PV_TRAP_WORD)]
    bic     r0, r0, #0xff000000
    sub     r0, r0, #(PVN_CODE_MRS & 0xff0000)
    movw    r1, #DISGUISED(PVN_CODE_CPS + 0x640)
    cmp     r0, r1
    beq     plane_cpsid_i
    movw    r1, #DISGUISED(PVN_CODE_MRS)
    sub     r1, r0, r1
    cmp     r1, #12
    bls     plane_mrs_cpsr
    movw    r1, #DISGUISED(PVN_CODE_MSR_REGISTER + 0x10)
    sub     r1, r0, r1
    cmp     r1, #12
    bls     plane_msr_control
    movw    r1, #DISGUISED(PVN_CODE_CPS + 0x440)
    cmp     r0, r1
    bne     svc_kernel_cp15

    ldr     r1, [sp, #PV_SP(PV_ATTENTION)] // cpsie i
    ldr     r0, [sp, #TO_PAGE(IRQ_PENDING)] // to be looked at again, or each unmask comes here
    orrs    r1, r1, r0
    ldr     r0, [sp, #TO_PAGE(IRQ_MASK)]
    bic     r0, r0, #0x80
    beq     plane_masked
    str     r0, [sp, #TO_PAGE(IRQ_MASK)]
    ldr     r0, [sp, #PV_SP(PV_INSTRUCTIONS)]
    add     r0, r0, #1
    str     r0, [sp, #PV_SP(PV_INSTRUCTIONS)]
    b       unmasked
svc_kernel_cp15:
    bic     r1, r0, #0x100
    bic     r1, r1, #0x00f
    cmp     r1, #(DISGUISED(PVN_CODE_FP_STATUS) + 0x80)
    beq     plane_fpexc
    add     r0, r0, #(PVN_CODE_MRS & 0xff0000)
    sub     r0, r0, #(PVN_CODE_CP15 & 0xff0000)
    movw    r1, #DISGUISED(PVN_CODE_CP15 + CP15(13, 0, 3))
    sub     r1, r0, r1
    cmp     r1, #12
    bls     plane_thread
    movw    r1, #DISGUISED(PVN_CODE_CP15 + CP15(7, 5, 0))
    sub     r1, r0, r1
    cmp     r1, #12
    bls     plane_code_stale
    b       svc_kernel_slow
plane_cpsid_i:
    ldr     r0, [sp, #TO_PAGE(IRQ_MASK)]
    orr     r0, r0, #0x80
plane_masked:
    str     r0, [sp, #TO_PAGE(IRQ_MASK)]
plane_done:
    ldr     r0, [sp, #PV_SP(PV_INSTRUCTIONS)]
    add     r0, r0, #1
    str     r0, [sp, #PV_SP(PV_INSTRUCTIONS)]
    ldrd    r0, r1, [sp, #PV_SP(PV_SCRATCH)]
    movs    pc, lr

// r1 = number of the destination, 0-12.
plane_mrs_cpsr:
    str     r2, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    mrs     r0, spsr
    ldr     r2, [sp, #PV_SP(PV_MODE)]
    orr     r0, r0, r2
    ldr     r2, [sp, #PV_SP(PV_ASYNC_MASK)]
    orr     r0, r0, r2
    ldr     r2, [sp, #TO_PAGE(IRQ_MASK)]
    and     r2, r2, #0xc0
    orr     r0, r0, r2
    ldr     r2, [sp, #PV_SP(PV_ABORT_SCRATCH)]
plane_to_register:
    add     pc, pc, r1, lsl #3
    nop
    str     r0, [sp, #PV_SP(PV_SCRATCH)]
    b       plane_done
    str     r0, [sp, #PV_SP(PV_SCRATCH + 4)]
    b       plane_done
    .irp    register, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12
    mov     \register, r0
    b       plane_done
    .endr

// r0 = the register whose number, 0-12, is in r1.
.macro FETCH_REGISTER
    add     pc, pc, r1, lsl #3
    nop
    ldr     r0, [sp, #PV_SP(PV_SCRATCH)]
    b       1f
    ldr     r0, [sp, #PV_SP(PV_SCRATCH + 4)]
    b       1f
    .irp    register, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12
    mov     r0, \register
    b       1f
    .endr
1:
.endm

// MCR TPIDRURO; r1 = number of the source. Once upcalls are taken the user's word is
// the guest's own: entry_frame holds the entry of system calls.
plane_thread:
    FETCH_REGISTER
    mcr     p15, 0, r0, c13, c0, 3
    str     r0, [sp, #TO_PAGE(THREAD_KERNEL)]
    ldr     r1, [sp, #PV_SP(PV_ENTRY_FRAME)]
    cmp     r1, #0
    streq   r0, [sp, #TO_PAGE(THREAD_USER)]
    b       plane_done

#ifndef PARAVANE_CORE_ONLY
// VMSR and VMRS of FPEXC, r0 with the direction in bit 8 and the register in bits 3-0. Whether
// the hardware may have EN, and whether this is all, is what fp.cpp left in fp_quick.
plane_fpexc:
    and     r1, r0, #0xf
    cmp     r1, #12
    bhi     svc_kernel_slow
    tst     r0, #0x100
    ldr     r0, [sp, #PV_SP(PV_FP_QUICK)]
    bne     2f
    tst     r0, #1
    beq     svc_kernel_slow
    FETCH_REGISTER
    ldr     r1, [sp, #PV_SP(PV_FP_QUICK)]
    and     r0, r0, #0x40000000     // EN
    str     r0, [sp, #PV_SP(PV_FPEXC)]
    str     r0, [sp, #TO_PAGE(FPEXC)]
    and     r0, r0, r1
    .fpu    neon
    vmsr    fpexc, r0
    b       plane_done
2:  tst     r0, #1
    beq     svc_kernel_slow
    ldr     r0, [sp, #PV_SP(PV_FPEXC)]
    b       plane_to_register
#endif

plane_code_stale:
    dsb
    mcr     p15, 0, r0, c7, c5, 0   // ICIALLU
    mcr     p15, 0, r0, c7, c5, 6   // BPIALL
    dsb
    isb
    b       plane_done

// MSR CPSR_c; r1 = number of the source, 0-12.
plane_msr_control:
    FETCH_REGISTER
    ldr     r1, [sp, #PV_SP(PV_MODE)]
    eor     r1, r1, r0
    tst     r1, #0x1f
    bne     svc_kernel_slow
    tst     r0, #0x80
    bne     2f
    ldr     r1, [sp, #PV_SP(PV_ATTENTION)]
    cmp     r1, #0
    bne     svc_kernel_slow
2:  ldr     r1, [sp, #TO_PAGE(IRQ_MASK)]
    and     r0, r0, #0xc0
    bic     r1, r1, #0xc0
    orr     r0, r0, r1
    b       plane_masked

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

entry_prefetch:
    sub     lr, lr, #4
    strd    r0, r1, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    mrs     r0, spsr
    tst     r0, #0xf
    bne     host_prefetch
    mrc     p15, 0, r1, c5, c0, 1   // IFSR
    mrc     p15, 0, r0, c6, c0, 2   // IFAR
    orr     r1, r1, #0x80000000     // STATUS_FETCH
    b       abort_guest

entry_data:
    sub     lr, lr, #8
    strd    r0, r1, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    mrs     r0, spsr
    tst     r0, #0xf
    bne     host_data
    mrc     p15, 0, r1, c5, c0, 0   // DFSR
    mrc     p15, 0, r0, c6, c0, 0   // DFAR

// In Abort mode, whose SP goes to the stack and back: quick_fill_page(shadow, address, kind,
// privilege) fills the page in 0, or says what the fault is.
abort_guest:
    strd    r2, r3, [sp, #PV_SP(PV_SCRATCH)]
    strd    r0, r1, [sp, #PV_SP(PV_FAULT)]
    str     r12, [sp, #PV_SP(PV_FRAME_R12)]
    str     lr, [sp, #PV_SP(PV_TRAP_WORD)]
    ubfx    r2, r1, #11, #1         // WnR, so access::read or write
    cmp     r1, #0
    movmi   r2, #2                  // access::execute
    movw    r3, #0x405
    and     r3, r3, r1
    ldr     r12, [sp, #TO_PAGE(PREFILL_HINT)]
    cmp     r3, #0x005              // a translation or permission fault (ARM ARM B3.13.3)
    bne     abort_unsure
    cmp     r12, #8                 // wants neighbours: the long way
    bhs     abort_unsure
    ldrd    r0, r1, [sp, #PV_SP(PV_HOST_CONTEXT)]
    LOAD_TABLES r0, r1, r12
    ldr     r3, [sp, #PV_SP(PV_MODE)]
    ldr     r0, [sp, #PV_SP(PV_SHADOW)]
    ldr     r1, [sp, #PV_SP(PV_FAULT)]
    subs    r3, r3, #0x10
    movne   r3, #1                  // privilege::kernel
    movw    sp, #(PV_STACK_TOP & 0xffff)
    movt    sp, #(PV_STACK_TOP >> 16)
    bl      quick_fill_page
    movw    sp, #(PV_FRAME_SP & 0xffff)
    movt    sp, #(PV_FRAME_SP >> 16)
    ldrd    r2, r3, [sp, #PV_SP(PV_GUEST_CONTEXT)]
    LOAD_TABLES r2, r3, r12
    ldr     lr, [sp, #PV_SP(PV_TRAP_WORD)]
    ldr     r2, [sp, #PV_SP(PV_ATTENTION)]
    orrs    r3, r0, r2
    bne     abort_not_filled
    ldr     r12, [sp, #PV_SP(PV_FRAME_R12)]
    ldrd    r2, r3, [sp, #PV_SP(PV_SCRATCH)]
    ldrd    r0, r1, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    movs    pc, lr

// The guest's own fault, of its user with interrupts unmasked or of its Supervisor mode,
// is an upcall; anything else goes to trap_abort.
abort_not_filled:
    and     r3, r0, #7
    eor     r3, r3, #7              // low bits of an FSR
    orrs    r2, r2, r3
    bne     abort_long
    ldrd    r2, r3, [sp, #TO_PAGE(UPCALL_COUNT)]
    ldr     r1, [sp, #PV_SP(PV_MODE)]
    cmp     r2, r3                  // upcall_taken
    bne     abort_long
    mov     r3, #0
    cmp     r1, #0x13
    beq     1f
    ldr     r3, [sp, #TO_PAGE(IRQ_MASK)]
    eor     r1, r1, #0x10
    orrs    r3, r3, r1
    bne     abort_long
    mov     r3, #PVN_FAULT_FLAGS_USER
1:  mov     r2, r0
    ldrd    r0, r1, [sp, #PV_SP(PV_FAULT)]
    cmp     r1, #0
    bmi     2f
    and     r1, r1, #0x800          // WnR
    orr     r2, r2, r1
    str     r2, [sp, #TO_PAGE(DATA_FAULT_STATUS)]
    str     r0, [sp, #TO_PAGE(DATA_FAULT_ADDRESS)]
    orr     r1, r3, r1, lsr #11
    cmp     r3, #0
    ldrne   r12, [sp, #PV_SP(PV_ENTRY_USER + 4 * PVN_UPCALL_KIND_DATA_ABORT)]
    ldreq   r12, [sp, #PV_SP(PV_ENTRY_KERNEL + 4 * PVN_UPCALL_KIND_DATA_ABORT)]
    mov     r3, #PVN_UPCALL_KIND_DATA_ABORT
    b       3f
2:  and     r2, r2, #0xf
    str     r2, [sp, #TO_PAGE(FETCH_FAULT_STATUS)]
    str     r0, [sp, #TO_PAGE(FETCH_FAULT_ADDRESS)]
    orr     r1, r3, #PVN_FAULT_FLAGS_EXECUTE
    cmp     r3, #0
    ldrne   r12, [sp, #PV_SP(PV_ENTRY_USER + 4 * PVN_UPCALL_KIND_PREFETCH_ABORT)]
    ldreq   r12, [sp, #PV_SP(PV_ENTRY_KERNEL + 4 * PVN_UPCALL_KIND_PREFETCH_ABORT)]
    mov     r3, #PVN_UPCALL_KIND_PREFETCH_ABORT
3:  cmp     r12, #0
    moveq   r0, r2
    beq     abort_long
    tst     r2, #8                  // a permission, so the page is present
    orrne   r1, r1, #PVN_FAULT_FLAGS_PRESENT
    srsia   sp, #0x17               // upcall_pc, upcall_cpsr
    mov     lr, r12
    add     r12, sp, #TO_PAGE(FAULT_ADDRESS)
    stmia   r12, {r0-r3}            // fault_access, fault_status, upcall_kind behind it
    ldr     r12, [sp, #PV_SP(PV_FRAME_R12)]
    str     r12, [sp, #TO_PAGE(UPCALL_R12)]
    ldr     r0, [sp, #TO_PAGE(UPCALL_COUNT)]
    ldr     r2, [sp, #PV_SP(PV_QUICK_FAULTS)]
    add     r0, r0, #1
    add     r2, r2, #1
    str     r0, [sp, #TO_PAGE(UPCALL_COUNT)]
    str     r2, [sp, #PV_SP(PV_QUICK_FAULTS)]
    mov     r0, #0x10
    msr     spsr_fsxc, r0
    ldrd    r2, r3, [sp, #PV_SP(PV_SCRATCH)]
    tst     r1, #PVN_FAULT_FLAGS_USER
    beq     4f
    TO_KERNEL
    ldrd    r0, r1, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    movs    pc, lr
4:  sub     r1, sp, #UPCALL_SP_LR
    stmia   r1, {sp, lr}^
    ldr     r0, [sp, #TO_PAGE(IRQ_MASK)]
    orr     r1, r0, #0x80
    str     r1, [sp, #TO_PAGE(IRQ_MASK)]
    ldr     r1, [sp, #TO_PAGE(UPCALL_CPSR)]
    and     r0, r0, #0xc0
    orr     r1, r1, r0
    ldr     r0, [sp, #PV_SP(PV_ASYNC_MASK)]
    orr     r1, r1, #0x13
    orr     r1, r1, r0
    str     r1, [sp, #TO_PAGE(UPCALL_CPSR)]
    ldrd    r0, r1, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    movs    pc, lr

abort_unsure:
    mov     r0, #1
abort_long:
    str     r0, [sp, #PV_SP(PV_FOUND)]
    ldrd    r2, r3, [sp, #PV_SP(PV_SCRATCH)]
    ldr     r12, [sp, #PV_SP(PV_FRAME_R12)]
    ldrd    r0, r1, [sp, #PV_SP(PV_ABORT_SCRATCH)]
    SAVE_FRAME
    ldr     r2, [sp, #PV_SP(PV_FOUND)]
    ldrd    r0, r1, [sp, #PV_SP(PV_FAULT)]
    cps     #0x13
    movw    sp, #(PV_STACK_TOP & 0xffff)
    movt    sp, #(PV_STACK_TOP >> 16)
    cmp     r2, #0                  // filled, but something waits
    beq     resume
    bl      trap_abort
    b       resume

entry_irq:
    sub     lr, lr, #4
    SAVE_FRAME
    TRAP_LONG trap_irq

// Back to the guest, with the frame of whichever vCPU is current by now.
    .global resume
resume:
    ldr     r0, =PV_FRAME_SP
    ldr     r1, [r0, #PV_SP(PV_ATTENTION)]
    cmp     r1, #1
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

// enter_private(), leave_private(): see private_space in per_core.hpp. ASID 0 bridges
// the gap in which tables and ASID do not belong together (ARM ARM B3.10.4).
    .section .text.enter_private, "ax", %progbits
    .balign 4
    .global enter_private
    .type   enter_private, %function
enter_private:
    movw    r12, #(PV_BLOCK + PV_STATE_AT + 0x380) & 0xffff
    movt    r12, #(PV_BLOCK + PV_STATE_AT + 0x380) >> 16
    ldrd    r2, r3, [r12, #PV_HOST_CONTEXT - 0x380]
    LOAD_TABLES r2, r3, r12
    bx      lr

    .section .text.leave_private, "ax", %progbits
    .balign 4
    .global leave_private
    .type   leave_private, %function
leave_private:
    movw    r12, #(PV_BLOCK + PV_STATE_AT + 0x380) & 0xffff
    movt    r12, #(PV_BLOCK + PV_STATE_AT + 0x380) >> 16
    ldr     r2, [r12, #PV_MODE - 0x380]
    cmp     r2, #0x10
    ldreq   r2, [r12, #PV_USER_PAIR - 0x380]
    ldrne   r2, [r12, #PV_KERNEL_PAIR - 0x380]
    mcr     p15, 0, r2, c3, c0, 0   // DACR
    ldrd    r2, r3, [r12, #PV_GUEST_CONTEXT - 0x380]
    LOAD_TABLES r2, r3, r12
    bx      lr

// bool guest_load_*(uint32_t address, uint32_t* value), guest_store_*(address, value):
// one access as virtual code would make it, in the guest's address space. False when
// it faults; DFAR and DFSR then say why.
.macro GUEST_LOAD size, insn
    .section .text.guest_load_\size, "ax", %progbits
    .balign 4
    .global guest_load_\size
    .type   guest_load_\size, %function
guest_load_\size:
fault_at_load_\size:
    \insn   r2, [r0], #0
    str     r2, [r1]
    mov     r0, #1
    bx      lr
.endm
.macro GUEST_STORE size, insn
    .section .text.guest_store_\size, "ax", %progbits
    .balign 4
    .global guest_store_\size
    .type   guest_store_\size, %function
guest_store_\size:
fault_at_store_\size:
    \insn   r1, [r0], #0
    mov     r0, #1
    bx      lr
.endm
    GUEST_LOAD word, ldrt
    GUEST_LOAD half, ldrht
    GUEST_LOAD byte, ldrbt
    GUEST_STORE word, strt
    GUEST_STORE half, strht
    GUEST_STORE byte, strbt

    .section .text.access_failed, "ax", %progbits
    .balign 4
access_failed:
    mov     r0, #0
    bx      lr

// enter_first(table): drops the boot part out of the private space's second-level
// table, sets the banked SPs of the exception modes and goes to `resume`.
    .section .text.enter_first, "ax", %progbits
    .balign 4
    .global enter_first
    .type   enter_first, %function
enter_first:
    mov     r1, #0
    add     r2, r0, #(((PV_ANNEX - PV_BOOT) >> 12) << 2)
1:  str     r1, [r0], #4
    cmp     r0, r2
    blo     1b
    dsb
    mcr     p15, 0, r1, c8, c7, 0   // TLBIALL
    mcr     p15, 0, r1, c7, c5, 6   // BPIALL
    dsb
    isb
    ldr     r0, =PV_FRAME_SP
    cps     #0x12
    mov     sp, r0
    cps     #0x17
    mov     sp, r0
    cps     #0x1b
    mov     sp, r0
    cps     #0x11
    mov     sp, r0
    cps     #0x13
    movw    sp, #(PV_STACK_TOP & 0xffff)
    movt    sp, #(PV_STACK_TOP >> 16)
    b       resume
