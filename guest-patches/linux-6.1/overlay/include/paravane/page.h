/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where this kernel sees its vCPU page; the ELF note in note.S declares it. */
#ifndef PARAVANE_PAGE_H
#define PARAVANE_PAGE_H

#include <paravane/abi.h>

#define pvn_page ((volatile struct pvn_vcpu_page *)PVN_VCPU_PAGE_DEFAULT)

/* CNTVCT can be read without a trap, by the kernel and by its programs. */
#define pvn_counter_direct() \
	((pvn_page->features[PVN_FEATURE_COUNTER_DIRECT_WORD] & PVN_FEATURE_COUNTER_DIRECT_MASK) != 0)

#endif
