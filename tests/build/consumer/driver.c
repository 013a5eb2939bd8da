/* SPDX-License-Identifier: BSD-2-Clause */
/* Uses the C header as a kernel driver would. */
#include <paravane/abi.h>

int consumer_ready(const struct pvn_vcpu_page *page);

int consumer_ready(const struct pvn_vcpu_page *page)
{
    return page->magic == PVN_VCPU_MAGIC && page->bytes >= PVN_VCPU_PAGE_BOOT;
}
