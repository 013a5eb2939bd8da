/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Level 2: the upcall entries for traps from user mode, and the way back. An
 * upcall arrives with r0-r12 as the user had them, SP the thread's kernel stack,
 * interrupts masked, and the rest in the vCPU page; see upcalls in abi.h.
 * upcall.c registers the entries.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/assembler.h>
#include <asm/unwind.h>

	.include "paravane/abi.inc"

	/* Builds pt_regs from the upcall. Leaves r8-r11 = user SP, LR, PC, CPSR and
	 * ip = the vCPU page; r0-r7 keep the user's values. */
	.macro	pvn_frame
	sub	sp, sp, #PT_REGS_SIZE
	stmia	sp, {r0 - r12}
	mov	ip, #PVN_VCPU_PAGE_DEFAULT
	add	lr, ip, #PVN_VCPU_PAGE_UPCALL_SP
	ldmia	lr, {r8 - r11}
	add	lr, sp, #S_SP
	stmia	lr, {r8 - r11}
	ldr	lr, [ip, #PVN_VCPU_PAGE_UPCALL_COUNT]
	str	lr, [ip, #PVN_VCPU_PAGE_UPCALL_TAKEN]
	.endm

	/* The same for a fault or an interrupt: no system call is restarted, and
	 * the frame is the first of its stack. */
	.macro	pvn_fault_frame
	pvn_frame
	mvn	lr, #0
	str	lr, [sp, #S_OLD_R0]
	mov	fp, #0
	.endm

	.section .entry.text, "ax", %progbits
	.align	5
ENTRY(pvn_upcall_syscall)
	pvn_frame
	str	r0, [sp, #S_OLD_R0]
	mov	fp, #0
	b	pvn_syscall_saved
ENDPROC(pvn_upcall_syscall)

	.align	5
ENTRY(pvn_upcall_data_abort)
 UNWIND(.fnstart)
 UNWIND(.cantunwind)
	pvn_fault_frame
	ldr	r0, [ip, #PVN_VCPU_PAGE_FAULT_ADDRESS]
	ldr	r1, [ip, #PVN_VCPU_PAGE_FAULT_STATUS]
	mov	r2, sp
	bl	do_DataAbort
	b	ret_from_exception
 UNWIND(.fnend)
ENDPROC(pvn_upcall_data_abort)

	.align	5
ENTRY(pvn_upcall_prefetch_abort)
 UNWIND(.fnstart)
 UNWIND(.cantunwind)
	pvn_fault_frame
	ldr	r0, [ip, #PVN_VCPU_PAGE_FAULT_ADDRESS]
	ldr	r1, [ip, #PVN_VCPU_PAGE_FAULT_STATUS]
	mov	r2, sp
	bl	do_PrefetchAbort
	b	ret_from_exception
 UNWIND(.fnend)
ENDPROC(pvn_upcall_prefetch_abort)

	.align	5
ENTRY(pvn_upcall_irq)
 UNWIND(.fnstart)
 UNWIND(.cantunwind)
	pvn_fault_frame
	mov	r0, sp
	bl	generic_handle_arch_irq
	get_thread_info r9
	mov	r8, #0
	b	ret_to_user_from_irq
 UNWIND(.fnend)
ENDPROC(pvn_upcall_irq)
