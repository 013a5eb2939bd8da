/* SPDX-License-Identifier: BSD-2-Clause */
/* The same after the C preprocessor. */
	.include "paravane/abi.inc"
	.include "paravane/plane.inc"
	.include "paravane/abi.inc"
	.syntax unified
	.arch armv7-a
	.text
	.arm
	ldr	r12, =PVN_CALL_CONSOLE_WRITE
	ldr	r3, =PVN_VCPU_PAGE_DEFAULT
	ldr	r2, [r3, #PVN_VCPU_PAGE_IRQ_PENDING]
	svc	#PVN_SERVICE_SVC_ARM
	svc	#(PVN_CODE_CP15 + (3 << PVN_CODE_CP15_OPC1_SHIFT))
	.thumb
	svc	#PVN_SERVICE_SVC_THUMB
	.if PVN_VCPU_PAGE_IRQ_PENDING != 4
	.error "offset"
	.endif
	.if PVN_SIZEOF_VCPU_PAGE != 4096
	.error "size"
	.endif
	.word	PVN_STATUS_DENIED
