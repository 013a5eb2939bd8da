/* SPDX-License-Identifier: BSD-2-Clause */
/* The ELF note that says what a small guest needs: this ABI, no features. */
#include "paravane/abi.inc"

	.section .note.paravane, "a", %note
	.balign	4
	.word	2f - 1f, 4f - 3f, PVN_NOTE_TYPE
1:	.asciz	"Paravane"
2:	.balign	4
3:	.word	PVN_ABI_VERSION
	.word	0, 0
	.word	0
	.word	PVN_VCPU_PAGE_DEFAULT
	.word	0, 0, 0
4:
