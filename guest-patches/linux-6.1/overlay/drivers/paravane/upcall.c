// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Registers the upcall entries of entry.S. What has no entry here stays at level
 * 0: the hypervisor takes it through this kernel's own vectors.
 */
#include <linux/init.h>
#include <linux/printk.h>
#include <paravane/stubs.h>
#include "page.h"

void pvn_upcall_syscall(void);
void pvn_upcall_data_abort(void);
void pvn_upcall_prefetch_abort(void);
void pvn_upcall_irq(void);

void __init pvn_upcall_init(void)
{
	pvn_page->entry_user[PVN_UPCALL_KIND_SYSCALL] = (u32)pvn_upcall_syscall;
	pvn_page->entry_user[PVN_UPCALL_KIND_DATA_ABORT] = (u32)pvn_upcall_data_abort;
	pvn_page->entry_user[PVN_UPCALL_KIND_PREFETCH_ABORT] = (u32)pvn_upcall_prefetch_abort;
	pvn_page->entry_user[PVN_UPCALL_KIND_IRQ] = (u32)pvn_upcall_irq;
	if (pvn_vcpu_setup(PVN_VCPU_PAGE_DEFAULT, 0) != PVN_STATUS_SUCCESS)
		pr_warn("paravane: upcalls were refused, traps stay at level 0\n");
}
