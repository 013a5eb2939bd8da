/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The ELF note by which the hypervisor knows what this kernel needs. */
#include <linux/elfnote.h>

#include <paravane/abi.inc>

	.section .note.paravane, "a", %note
	.balign	4
	.word	2f - 1f, 4f - 3f, PVN_NOTE_TYPE
1:	.asciz	"Paravane"
2:	.balign	4
3:	.word	PVN_ABI_VERSION
	.word	IS_ENABLED(CONFIG_PARAVANE_UPCALLS) * (PVN_FEATURE_UPCALLS_MASK | PVN_FEATURE_CODE_COHERENCE_MASK | PVN_FEATURE_PAGE_FORMAT_MASK), 0
	.word	PVN_NOTE_FLAGS_LEVEL1
	.word	PVN_VCPU_PAGE_DEFAULT
	.word	0, 0, 0
4:
