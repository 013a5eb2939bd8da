/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Level 2: flushes of the TLB as service calls that name what they drop and why. */
#ifndef PARAVANE_TLBFLUSH_H
#define PARAVANE_TLBFLUSH_H

#include <linux/mm_types.h>
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

static inline void flush_tlb_mm(struct mm_struct *mm)
{
	pvn_tlb_flush(0, 0, ASID(mm), PVN_FLUSH_SCOPE_ASID);
}

/* After fork has write-protected the parent's pages: what it may read, it still may. */
static inline void pvn_flush_forked(struct mm_struct *mm)
{
	pvn_tlb_flush(0, 0, ASID(mm),
		      PVN_FLUSH_SCOPE_ASID | PVN_FLUSH_REASON_WRITE_PROTECTED << 8);
}

static inline void flush_tlb_page(struct vm_area_struct *vma, unsigned long address)
{
	pvn_tlb_flush(address & PAGE_MASK, 1, ASID(vma->vm_mm), PVN_FLUSH_SCOPE_RANGE);
}

static inline void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
				   unsigned long end)
{
	pvn_flush_pages(start, end, ASID(vma->vm_mm));
}

static inline void flush_tlb_kernel_page(unsigned long address)
{
	pvn_tlb_flush(address & PAGE_MASK, 1, 0, PVN_FLUSH_SCOPE_RANGE);
}

static inline void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	pvn_flush_pages(start, end, 0);
}

#endif
