/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Level 2: flushes of the TLB as service calls that name what they drop and why. */
#ifndef PARAVANE_TLBFLUSH_H
#define PARAVANE_TLBFLUSH_H

#include <linux/mm_types.h>
#include <paravane/page.h>
#include <paravane/stubs.h>

#undef flush_tlb_mm
#undef flush_tlb_page
#undef flush_tlb_kernel_page
#undef flush_tlb_range
#undef flush_tlb_kernel_range

static inline void pvn_flush_pages(unsigned long start, unsigned long end, unsigned long asid)
{
	start &= PAGE_MASK;
	pvn_tlb_flush(start, (end + PAGE_SIZE - 1 - start) >> PAGE_SHIFT, asid, PVN_FLUSH_SCOPE_RANGE);
}

#define flush_tlb_mm(mm) pvn_tlb_flush(0, 0, ASID(mm), PVN_FLUSH_SCOPE_ASID)
#define flush_tlb_page(vma, at) flush_tlb_range(vma, at, (at) + 1)
#define flush_tlb_range(vma, start, end) pvn_flush_pages(start, end, ASID((vma)->vm_mm))
#define flush_tlb_kernel_page(at) pvn_flush_pages(at, (at) + 1, 0)
#define flush_tlb_kernel_range(start, end) pvn_flush_pages(start, end, 0)

/* After fork has write-protected the parent's pages: what it may read, it still may. */
#define pvn_flush_forked(mm) \
	pvn_tlb_flush(0, 0, ASID(mm), \
		      PVN_FLUSH_SCOPE_ASID | PVN_FLUSH_REASON_WRITE_PROTECTED << 8)

/* A fault finds what the tables allow: rights that were only added need no flush. */
#define flush_tlb_fix_spurious_fault(vma, at) do { } while (0)

/* The page's new entry is in place and about to be used: flushed and filled in one trip. */
static inline void pvn_refresh(struct mm_struct *mm, unsigned long at)
{
	pvn_page->pt_batch[0].va = at;
	pvn_page->pt_batch[0].asid = ASID(mm);
	pvn_pt_update(1, PVN_PT_OP_PREFILL);
}

#endif
