// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Registers the upcall entries of syscall.inc and fault.inc. What has no entry here
 * stays at level 0: the hypervisor takes it through this kernel's own vectors. And
 * tells, before the first page-table entry is used, what entries in the kernel's own
 * format mean, as the architecture's code would have written them for the hardware.
 */
#include <linux/init.h>
#include <linux/panic.h>
#include <asm/pgtable.h>
#include <paravane/page.h>
#include <paravane/stubs.h>

void pvn_upcall_undefined(void), pvn_upcall_syscall(void), pvn_upcall_data_abort(void);
void pvn_upcall_prefetch_abort(void), pvn_upcall_irq(void);
void pvn_upcall_kernel_abort(void), pvn_upcall_kernel_irq(void);

/* In proc-v7-2level.S: the hardware's entry for `pte`. Stores `pte` to `scratch`. */
u32 pvn_arm_pte(u32 *scratch, u32 pte);

static u32 pvn_format[4096] __aligned(PAGE_SIZE);

void __init pvn_page_format_init(void)
{
	for (u32 pte = 0; pte < ARRAY_SIZE(pvn_format); pte++)
		pvn_format[pte] = pvn_arm_pte(&pvn_format[pte], pte);
	if (pvn_page_format(__pa(pvn_format)) != PVN_STATUS_SUCCESS)
		panic("paravane: the hypervisor refuses this kernel's page format");
}

void __init pvn_upcall_init(void)
{
	volatile u32 *user = pvn_page->entry_user;
	volatile u32 *kernel = pvn_page->entry_kernel;

	user[PVN_UPCALL_KIND_UNDEFINED] = (u32)pvn_upcall_undefined;
	user[PVN_UPCALL_KIND_SYSCALL] = (u32)pvn_upcall_syscall;
	user[PVN_UPCALL_KIND_DATA_ABORT] = (u32)pvn_upcall_data_abort;
	user[PVN_UPCALL_KIND_PREFETCH_ABORT] = (u32)pvn_upcall_prefetch_abort;
	user[PVN_UPCALL_KIND_IRQ] = (u32)pvn_upcall_irq;
	kernel[PVN_UPCALL_KIND_DATA_ABORT] = (u32)pvn_upcall_kernel_abort;
	kernel[PVN_UPCALL_KIND_IRQ] = (u32)pvn_upcall_kernel_irq;
	if (pvn_vcpu_setup(PVN_VCPU_PAGE_DEFAULT, PVN_SETUP_CLAIMS_ALL) != PVN_STATUS_SUCCESS)
		panic("paravane: the hypervisor refuses this kernel's upcalls");
}
