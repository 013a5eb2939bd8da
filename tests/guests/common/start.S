/* SPDX-License-Identifier: BSD-2-Clause */
/* Start of the test guests that are written for the hypervisor, and their upcall
 * stubs: each saves a struct upcall_frame (testing.h) on the kernel's stack, calls
 * its C handler and returns by upcall_return with what the handler left in it. */
#include "paravane/abi.inc"
#include "start.inc"
	.arch	armv7-a
	.syntax	unified
	.arm
	.equ	PAGE, PVN_VCPU_PAGE_DEFAULT

	.section .head, "ax"
	.global	start
start:
	ldr	sp, =stack_top
	run_main

	.macro	moved offset, from
	ldr	r5, [r4, #\from]
	str	r5, [sp, #\offset]
	.endm

	.macro	upcall_stub name, handler
	.text
	.global	\name
\name:
	sub	sp, sp, #72
	stmia	sp, {r0-r11}
	ldr	r4, =PAGE
	moved	48, PVN_VCPU_PAGE_UPCALL_R12
	moved	52, PVN_VCPU_PAGE_UPCALL_SP
	moved	56, PVN_VCPU_PAGE_UPCALL_LR
	moved	60, PVN_VCPU_PAGE_UPCALL_PC
	moved	64, PVN_VCPU_PAGE_UPCALL_CPSR
	moved	68, PVN_VCPU_PAGE_UPCALL_KIND
	ldr	r5, [r4, #PVN_VCPU_PAGE_UPCALL_COUNT]
	str	r5, [r4, #PVN_VCPU_PAGE_UPCALL_TAKEN]
	mov	r0, sp
	bl	\handler
	ldr	r4, =PAGE
	mov	r0, #0x80			@ no upcall may use the return words meanwhile
	str	r0, [r4, #PVN_VCPU_PAGE_IRQ_MASK]
	add	r5, sp, #48
	ldmia	r5, {r6-r10}
	add	r5, r4, #PVN_VCPU_PAGE_RETURN_R12
	stmia	r5, {r6-r10}
	ldmia	sp, {r0-r11}
	add	sp, sp, #72
	ldr	r12, =PVN_CALL_UPCALL_RETURN
	.global	\name\()_return
\name\()_return:
	svc	#PVN_SERVICE_SVC_ARM
	b	.
	.ltorg
	.endm

	upcall_stub entry_syscall, on_syscall
	upcall_stub entry_undefined, on_undefined
	upcall_stub entry_fetch, on_fetch_abort
	upcall_stub entry_data, on_data_abort
	upcall_stub entry_irq, on_irq

/* uint32_t run_user(pc, sp, argument): runs pc in virtual User mode until leave_user()
 * is called from a handler; its result is leave_user's argument. */
	.global	run_user
run_user:
	push	{r4-r11, lr}
	ldr	r4, =PAGE
	ldr	r5, =kernel_stack
	str	sp, [r5]
	sub	r6, sp, #0x40
	str	r6, [r4, #PVN_VCPU_PAGE_KERNEL_SP]
	str	r0, [r4, #PVN_VCPU_PAGE_RETURN_PC]
	str	r1, [r4, #PVN_VCPU_PAGE_RETURN_SP]
	mov	r0, #0x10
	str	r0, [r4, #PVN_VCPU_PAGE_RETURN_CPSR]
	mov	r0, #0
	str	r0, [r4, #PVN_VCPU_PAGE_RETURN_LR]
	mov	r0, r2
	ldr	r12, =PVN_CALL_UPCALL_RETURN
	svc	#PVN_SERVICE_SVC_ARM
	b	.

	.global	leave_user
leave_user:
	ldr	r1, =kernel_stack
	ldr	sp, [r1]
	pop	{r4-r11, pc}

	.bss
	.balign	8
kernel_stack:
	.word	0, 0
