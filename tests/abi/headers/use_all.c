/* SPDX-License-Identifier: BSD-2-Clause */
/* Uses the guest headers the way a kernel does; compiled for each architecture
 * level, as C89 and as C++, by headers_test.cpp. */
#include <paravane/abi.h>
#include <paravane/plane.h>
#include <paravane/stubs.h>

#if PVN_CALL_VERSION != PVN_CALL_BASE
#error "numbers must be usable by the preprocessor"
#endif

#define PAGE ((volatile struct pvn_vcpu_page *)PVN_VCPU_PAGE_DEFAULT)

extern pvn_u32 use_all(pvn_u64 address, pvn_u32 length);

pvn_u32 use_all(pvn_u64 address, pvn_u32 length)
{
	pvn_u32 written = 0;
	pvn_u64 ns = 0;

	if (PAGE->magic != PVN_VCPU_MAGIC || pvn_version() < PVN_ABI_VERSION)
		pvn_stop(PVN_STOP_REASON_PANIC, 1);
	if (pvn_time_read(&ns) == PVN_STATUS_SUCCESS)
		pvn_timer_set(ns + 1);
	PAGE->irq_mask = 0;
	if (PAGE->irq_pending)
		pvn_irq_end(PVN_NO_SOURCE);
	if (pvn_console_write(address, length, &written) == PVN_STATUS_BAD_ADDRESS)
		pvn_psci_system_off();
	return written + PVN_CODE_CP15;
}
